#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const built = new URL('../dist/src/main.js', import.meta.url)
if (!existsSync(fileURLToPath(built))) {
  process.stderr.write('coffer: it is not built yet.\n  try: npm start\n')
  process.exit(2)
}
await import(built.href)
