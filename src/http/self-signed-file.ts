import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname } from 'node:path'
import { LOCAL_NAMES, makeSelfSigned } from './self-signed.ts'
import { checkTls, type TlsMaterial } from './tls.ts'

/** A certificate that ends within this time is made anew at the next start. */
const RENEW_BEFORE_MS = 30 * 24 * 60 * 60 * 1000

/** Where the certificate came from: a new one has to be trusted anew by who pinned the old. */
export interface SelfSignedFile {
  readonly tls: TlsMaterial
  readonly made: boolean
}

/**
 * The certificate of this install, from `file`: certificate and key in one PEM file of mode 0600, so that no process
 * ever sees one without the other. Made when it is missing, about to end, or not good for one of `names`. Several
 * processes may ask at once: all get the same. Throws if others can read the file (T-177).
 */
export async function selfSignedFrom(options: {
  readonly file: string
  readonly names: readonly string[]
  readonly nowMs: number
}): Promise<SelfSignedFile> {
  const { file, names, nowMs } = options
  const present = await readPem(file)
  if (present !== undefined && stillGood(present, options)) return { tls: present, made: false }
  const temporary = `${file}.${randomBytes(8).toString('hex')}`
  const made = makeSelfSigned({ names, nowMs })
  await writeDurably(temporary, made.cert + made.key)
  if (present === undefined) {
    // A link fails where a rename would replace: whoever is second takes what the first made.
    const first = await linkIfAbsent(temporary, file)
    await unlink(temporary)
    await syncDirectory(dirname(file))
    const settled = first ? made : await readPem(file)
    if (settled === undefined) throw new Error(`${file} went away while it was read`)
    return { tls: settled, made: first }
  }
  await rename(temporary, file)
  await syncDirectory(dirname(file))
  return { tls: made, made: true }
}

async function readPem(file: string): Promise<TlsMaterial | undefined> {
  let text: string
  try {
    const { mode } = await stat(file)
    if ((mode & 0o077) !== 0) throw new Error(`${file} can be read by other users; it holds a private key (chmod 600)`)
    text = await readFile(file, 'latin1')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const split = text.indexOf('-----BEGIN PRIVATE KEY-----')
  const tls = { cert: text.slice(0, Math.max(split, 0)), key: text.slice(Math.max(split, 0)) }
  checkTls(tls, { certFile: file, keyFile: file })
  return tls
}

function stillGood(tls: TlsMaterial, options: { readonly names: readonly string[]; readonly nowMs: number }): boolean {
  const certificate = checkTls(tls, { certFile: 'the certificate', keyFile: 'the key' })
  if (Date.parse(certificate.validTo) - options.nowMs < RENEW_BEFORE_MS) return false
  const covers = (name: string): boolean =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined
  return [...LOCAL_NAMES, ...options.names].every(covers)
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
