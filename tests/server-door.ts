import { existsSync } from 'node:fs'
import type * as secrets from '../src/secrets/index.ts'
import type * as storage from '../src/storage/index.ts'

interface Doors {
  readonly storage: typeof storage
  readonly secrets: typeof secrets
}

/**
 * A room's door as the server has it into which this module is loaded by `--import`: of the bundle, whose modules are not
 * the compiled tree's, or of the tree, where `bin/coffer.js` takes that.
 */
export async function serverDoor<Room extends keyof Doors>(room: Room): Promise<Doors[Room]> {
  const bundled = new URL(`../server/${room}.js`, import.meta.url)
  const door = existsSync(bundled) ? bundled : new URL(`../src/${room}/index.js`, import.meta.url)
  return (await import(door.href)) as Doors[Room]
}
