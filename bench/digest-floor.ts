import { spawn } from 'node:child_process'
import { createCipheriv, createHash } from 'node:crypto'

/** Bytes a second of each primitive that every stored byte passes through, on one core. */
export interface DigestRates {
  readonly source: 'openssl speed' | 'node:crypto'
  readonly sha256: number
  readonly md5: number
  readonly aes256Gcm: number
}

const PIECE_BYTES = 65_536
const LIMIT_MS = 20_000
/** How long `node:crypto` does each, where there is no `openssl`. */
const OWN_MS = 400

/** Bytes a second when each byte is hashed twice and encrypted once, one after the other: 1/(1/a + 1/b + 1/c). */
export function serialRate(rates: Pick<DigestRates, 'sha256' | 'md5' | 'aes256Gcm'>): number {
  return 1 / (1 / rates.sha256 + 1 / rates.md5 + 1 / rates.aes256Gcm)
}

/** The machine-readable line of `openssl speed -mr -evp`: `+F:<number>:<name>:<bytes a second>`. */
export function rateOfSpeed(output: string): number {
  const rate = Number(/^\+F:[^:]*:[^:]*:([0-9.]+)/m.exec(output)?.[1])
  if (!(rate > 0)) throw new Error('openssl speed says no rate')
  return rate
}

/** As `openssl speed` has it, on pieces of 64 KiB; where that command is missing, with `node:crypto`. */
export async function measureDigests(): Promise<DigestRates> {
  try {
    return {
      source: 'openssl speed',
      sha256: rateOfSpeed(await speed('sha256')),
      md5: rateOfSpeed(await speed('md5')),
      aes256Gcm: rateOfSpeed(await speed('aes-256-gcm')),
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    return {
      source: 'node:crypto',
      sha256: rateOfUpdates(createHash('sha256')),
      md5: rateOfUpdates(createHash('md5')),
      aes256Gcm: rateOfUpdates(createCipheriv('aes-256-gcm', Buffer.alloc(32, 1), Buffer.alloc(12, 2))),
    }
  }
}

async function speed(algorithm: string): Promise<string> {
  const options = ['speed', '-mr', '-seconds', '1', '-bytes', String(PIECE_BYTES), '-evp', algorithm]
  const child = spawn('openssl', options, { stdio: ['ignore', 'pipe', 'ignore'], timeout: LIMIT_MS })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString('latin1')))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => {
      resolve(output)
    })
  })
}

function rateOfUpdates(primitive: { update(piece: Buffer): unknown }): number {
  const piece = Buffer.alloc(PIECE_BYTES, 7)
  const began = performance.now()
  let bytes = 0
  while (performance.now() - began < OWN_MS) {
    primitive.update(piece)
    bytes += piece.length
  }
  return (bytes / (performance.now() - began)) * 1_000
}
