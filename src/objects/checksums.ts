import { createHash, type Hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { createCRC32, createCRC64, type IHasher } from 'hash-wasm'
import type { ChecksumAlgorithm } from '../operations/index.ts'

/** A checksum that is computed piece by piece. One of `value` and `abandon` ends it. */
export interface RunningChecksum {
  readonly algorithm: ChecksumAlgorithm
  update(piece: Uint8Array): void
  /** Big-endian for the CRCs. */
  value(): Buffer
  /** Gives the machinery back without a value. */
  abandon(): void
}

/** Reflected polynomials: CRC-32C (RFC 3720, B.4) and CRC-64/NVME (NVM Express, 64b CRC). */
const CRC32C_POLYNOMIAL = 0x82f63b78
const CRC64NVME_POLYNOMIAL = '9a6c9329ac4bc9b5'
/** Idle WebAssembly instances that are kept, of each kind. */
const MAX_POOLED = 64

class WasmPool {
  readonly #idle: IHasher[] = []
  readonly #make: () => Promise<IHasher>

  constructor(make: () => Promise<IHasher>) {
    this.#make = make
  }

  async take(): Promise<IHasher> {
    const hasher = this.#idle.pop() ?? (await this.#make())
    hasher.init()
    return hasher
  }

  giveBack(hasher: IHasher): void {
    if (this.#idle.length < MAX_POOLED) this.#idle.push(hasher)
  }
}

const crc32cPool = new WasmPool(() => createCRC32(CRC32C_POLYNOMIAL))
const crc64Pool = new WasmPool(() => createCRC64(CRC64NVME_POLYNOMIAL))

async function pooled(algorithm: ChecksumAlgorithm, pool: WasmPool): Promise<RunningChecksum> {
  const hasher = await pool.take()
  let given = false
  const giveBack = (): void => {
    if (!given) pool.giveBack(hasher)
    given = true
  }
  return {
    algorithm,
    update: (piece) => void hasher.update(piece),
    value: () => {
      const value = Buffer.from(hasher.digest('binary'))
      giveBack()
      return value
    },
    abandon: giveBack,
  }
}

function runningCrc32(): RunningChecksum {
  let sum = 0
  return {
    algorithm: 'crc32',
    update: (piece) => void (sum = crc32(piece, sum)),
    value: () => {
      const value = Buffer.alloc(4)
      value.writeUInt32BE(sum >>> 0)
      return value
    },
    abandon: () => undefined,
  }
}

function runningHash(algorithm: 'sha1' | 'sha256'): RunningChecksum {
  const hash: Hash = createHash(algorithm)
  return {
    algorithm,
    update: (piece) => void hash.update(piece),
    value: () => hash.digest(),
    abandon: () => undefined,
  }
}

export async function startChecksum(algorithm: ChecksumAlgorithm): Promise<RunningChecksum> {
  switch (algorithm) {
    case 'crc32':
      return runningCrc32()
    case 'crc32c':
      return pooled('crc32c', crc32cPool)
    case 'crc64nvme':
      return pooled('crc64nvme', crc64Pool)
    case 'sha1':
    case 'sha256':
      return runningHash(algorithm)
  }
}

export async function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<Buffer> {
  const running = await startChecksum(algorithm)
  running.update(bytes)
  return running.value()
}
