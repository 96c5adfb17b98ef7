import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The cases of one file in `vectors/`, from the compiled test as from its source. The caller knows their shape. */
export function ownVectors(path: string): readonly unknown[] {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package-lock.json'))) folder = dirname(folder)
  const file: unknown = JSON.parse(readFileSync(join(folder, 'vectors', path), 'utf8'))
  if (typeof file !== 'object' || file === null || !('tests' in file) || !Array.isArray(file.tests)) {
    throw new Error(`${path} holds no cases`)
  }
  const cases: readonly unknown[] = file.tests
  return cases
}
