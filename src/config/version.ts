import { readFileSync } from 'node:fs'

/** The version in package.json, which lies two folders above the bundle and the source, and three above the compiled file. */
export const VERSION: string = readVersion()

function readVersion(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'))
      if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version)
    } catch {
      // The other place has it.
    }
  }
  return '0.0.0'
}
