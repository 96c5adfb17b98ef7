import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's root, from the compiled test as from its source. */
export const CHECKOUT = ((): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!readdirSync(folder).includes('package-lock.json')) folder = dirname(folder)
  return folder
})()
