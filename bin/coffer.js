#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// The bundle; or, of who compiles by hand, the modules that it is made of.
const built = ['../dist/server/main.js', '../dist/src/main.js']
  .map((place) => new URL(place, import.meta.url))
  .find((place) => existsSync(fileURLToPath(place)))
if (built === undefined) {
  process.stderr.write('coffer: it is not built yet.\n  try: npm start\n')
  process.exit(2)
}
await import(built.href)
