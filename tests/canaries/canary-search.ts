import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What every canary of one run begins with: 24 bytes that occur nowhere by chance. Letters and digits only, so that no
 * spelling of HTTP, XML or JSON changes them.
 */
export function canaryMark(): string {
  return `Canary${createHash('sha256').update(`${process.pid} ${Date.now()}`).digest('hex').slice(0, 18)}`
}

/** A body of exactly `size` bytes in which every stretch of 128 bytes holds a whole canary. */
export function canaryBody(mark: string, name: string, size: number): Buffer {
  const line = (index: number): string => `${mark} ${name} ${index}`.padEnd(64, '.')
  return Buffer.from(Array.from({ length: Math.ceil(size / 64) }, (_, index) => line(index)).join('')).subarray(0, size)
}

/** 32 bytes that hold the mark: a key that a customer sends. */
export function canaryKey(mark: string): Buffer {
  return Buffer.from(mark.padEnd(32, 'K'))
}

export interface Needle {
  readonly name: string
  readonly bytes: Buffer
}

/** A secret in every spelling that a program might give it: as it is, hexadecimal, base64 at each alignment. */
export function spellings(name: string, secret: Uint8Array): readonly Needle[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  return [
    { name, bytes },
    { name: `${name} in hexadecimal`, bytes: Buffer.from(hex) },
    { name: `${name} in hexadecimal capitals`, bytes: Buffer.from(hex.toUpperCase()) },
    { name: `${name} in UTF-16`, bytes: Buffer.from(bytes.toString('latin1'), 'utf16le') },
    ...[0, 1, 2].flatMap((shift) => {
      const text = alignedBase64(bytes, shift)
      return [
        { name: `${name} in base64 at ${shift}`, bytes: Buffer.from(text) },
        ...(/[+/]/.test(text) ? [{ name: `${name} in base64url at ${shift}`, bytes: Buffer.from(urlSafe(text)) }] : []),
      ]
    }),
  ]
}

/** The base64 digits that depend on the secret alone when it stands `shift` bytes behind a multiple of three. */
function alignedBase64(secret: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), secret]).toString('base64')
  const first = Math.ceil((shift * 8) / 6)
  const last = Math.floor(((shift + secret.length) * 8) / 6)
  return text.slice(first, last)
}

function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}

/** Which needles these bytes hold, as `place: needle`. */
export function foundIn(place: string, bytes: Buffer, needles: readonly Needle[]): readonly string[] {
  return needles.filter((needle) => bytes.includes(needle.bytes)).map((needle) => `${place}: ${needle.name}`)
}

/** The same, in every file below a directory. */
export function foundBelow(directory: string, needles: readonly Needle[]): readonly string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    const stats = statSync(path)
    if (stats.isDirectory()) return foundBelow(path, needles)
    return stats.isFile() ? foundIn(path, readFileSync(path), needles) : []
  })
}

/** Plain files that a process has open, also those whose names are gone, besides programs and what is below `except`. */
export function openFilesOf(pid: number, except: string): readonly { readonly name: string; readonly path: string }[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).flatMap((number) => {
    const path = join(folder, number)
    try {
      const name = readlinkSync(path)
      const outside = name.endsWith(' (deleted)') || !name.startsWith(except)
      return statSync(path).isFile() && outside ? [{ name, path }] : []
    } catch {
      // Closed while we looked.
      return []
    }
  })
}

/** A process and everything below it. */
export function processesBelow(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(processesBelow)]
}
