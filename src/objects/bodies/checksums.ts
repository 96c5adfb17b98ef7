import { createHash, type Hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { createCRC32, createCRC64, type IHasher } from 'hash-wasm'
import type { SumAlgorithm } from '../../operations/index.ts'

/** A checksum that is computed piece by piece. One of `value` and `abandon` ends it. */
export interface RunningChecksum {
  readonly algorithm: SumAlgorithm
  update(piece: Uint8Array): void
  /** Big-endian for the CRCs. */
  value(): Buffer
  /** Gives the machinery back without a value. */
  abandon(): void
}

/** Reflected polynomials: CRC-32C (RFC 3720, B.4), CRC-64/NVME (NVM Express, 64b CRC), CRC-64 of ECMA-182 as XZ has it. */
const CRC32C_POLYNOMIAL = 0x82f63b78
const CRC64NVME_POLYNOMIAL = '9a6c9329ac4bc9b5'
const CRC64ECMA_POLYNOMIAL = 'c96c5795d7870f42'
/** Idle WebAssembly instances that are kept, of each kind. */
const MAX_POOLED = 64

class WasmPool {
  readonly #idle: IHasher[] = []
  readonly #make: () => Promise<IHasher>

  constructor(make: () => Promise<IHasher>) {
    this.#make = make
  }

  /** An instance at once, when one is idle. */
  takeIdle(): IHasher | undefined {
    return this.#idle.pop()?.init()
  }

  async take(): Promise<IHasher> {
    return this.takeIdle() ?? (await this.#make()).init()
  }

  giveBack(hasher: IHasher): void {
    if (this.#idle.length < MAX_POOLED) this.#idle.push(hasher)
  }
}

const crc32cPool = new WasmPool(() => createCRC32(CRC32C_POLYNOMIAL))
const crc64Pool = new WasmPool(() => createCRC64(CRC64NVME_POLYNOMIAL))
const crc64ecmaPool = new WasmPool(() => createCRC64(CRC64ECMA_POLYNOMIAL))

async function pooled(algorithm: SumAlgorithm, pool: WasmPool): Promise<RunningChecksum> {
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
    value: () => crc32Bytes(sum),
    abandon: () => undefined,
  }
}

function crc32Bytes(sum: number): Buffer {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(sum >>> 0)
  return value
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

export async function startChecksum(algorithm: SumAlgorithm): Promise<RunningChecksum> {
  switch (algorithm) {
    case 'crc32':
      return runningCrc32()
    case 'crc32c':
      return pooled('crc32c', crc32cPool)
    case 'crc64nvme':
      return pooled('crc64nvme', crc64Pool)
    case 'crc64ecma':
      return pooled('crc64ecma', crc64ecmaPool)
    case 'sha1':
    case 'sha256':
      return runningHash(algorithm)
  }
}

/** The checksum of bytes that are all there: at once, but where machinery has to be made first. */
export function checksumOf(algorithm: SumAlgorithm, bytes: Uint8Array): Buffer | Promise<Buffer> {
  switch (algorithm) {
    case 'crc32':
      return crc32Bytes(crc32(bytes))
    case 'crc32c':
      return checksumBy(crc32cPool, bytes)
    case 'crc64nvme':
      return checksumBy(crc64Pool, bytes)
    case 'crc64ecma':
      return checksumBy(crc64ecmaPool, bytes)
    case 'sha1':
    case 'sha256':
      return createHash(algorithm).update(bytes).digest()
  }
}

function checksumBy(pool: WasmPool, bytes: Uint8Array): Buffer | Promise<Buffer> {
  const idle = pool.takeIdle()
  if (idle === undefined) return pool.take().then((made) => digestOf(pool, made, bytes))
  return digestOf(pool, idle, bytes)
}

function digestOf(pool: WasmPool, hasher: IHasher, bytes: Uint8Array): Buffer {
  const value = Buffer.from(hasher.update(bytes).digest('binary'))
  pool.giveBack(hasher)
  return value
}
