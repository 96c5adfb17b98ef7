import { crc32 } from 'node:zlib'
import { ApiFailure } from '../../../console/src/api/failure.ts'
import type { Sending, UploadWire, WireOptions } from '../../../console/src/uploads/upload-wire.ts'

interface Stored {
  readonly bytes: Buffer
  readonly mode: string
}

interface OpenUpload {
  readonly key: string
  readonly mode: string
  readonly parts: Map<number, Buffer>
}

/** What becomes of one request: the fault is the network's or the server's, and drawn by the test. */
export type Fault = 'none' | 'lost-request' | 'lost-answer' | 'busy' | 'changed'

const digestOf = (bytes: Uint8Array): string => {
  const four = Buffer.alloc(4)
  four.writeUInt32BE(crc32(bytes))
  return four.toString('base64')
}

/** The upload half of the console's API, in memory, behind a network that loses things. */
export class FakeServer implements UploadWire {
  readonly objects = new Map<string, Stored>()
  readonly uploads = new Map<string, OpenUpload>()
  /** Part numbers in the order in which they arrived. */
  readonly arrived: number[] = []
  readonly #fault: (method: string) => Fault
  readonly #chance: () => number
  #last = 0

  constructor(fault: (method: string) => Fault, chance: () => number) {
    this.#fault = fault
    this.#chance = chance
  }

  readonly chance = (): number => this.#chance()

  /** Time passes at once. */
  readonly wait = async (): Promise<void> => Promise.resolve()

  readonly send = async ({ route, query = {}, body, headers, signal, onSent }: Sending): Promise<unknown> => {
    const sent = Buffer.from(await body.arrayBuffer())
    onSent(sent.length)
    return this.#carried('PUT', signal, (changed) => {
      const wanted = /^crc32=(.*)$/.exec(headers['x-coffer-checksum'] ?? '')?.[1]
      const bytes = changed && sent.length > 0 ? Buffer.concat([Buffer.of((sent[0] ?? 0) ^ 1), sent.subarray(1)]) : sent
      if (digestOf(bytes) !== wanted) throw new ApiFailure(400, { code: 'BadDigest', message: 'changed' })
      const [, , , , uploadId, , number] = route.split('/')
      if (uploadId === undefined) return this.#put(query['key'] ?? '', bytes, headers)
      const upload = this.uploads.get(uploadId) ?? missing()
      upload.parts.set(Number(number), bytes)
      this.arrived.push(Number(number))
      return { etag: digestOf(bytes) }
    })
  }

  readonly call = async (method: string, route: string, options: WireOptions): Promise<unknown> =>
    this.#carried(method, options.signal, () => {
      const body = membersOf(options.body)
      const key = String(options.query?.['key'] ?? body.get('key'))
      const [, , , kind, uploadId, verb] = route.split('/')
      if (kind === 'object') return this.#shown(key)
      if (uploadId === undefined) return this.#begin(key, body)
      if (method === 'DELETE') return this.uploads.delete(uploadId) ? {} : missing()
      const upload = this.uploads.get(uploadId) ?? missing()
      if (verb === 'parts') {
        return {
          items: [...upload.parts].map(([number, { length }]) => ({ number, size: length, etag: `"${number}"` })),
        }
      }
      if (body.get('ifNoneMatch') === true && this.objects.has(key)) throw there()
      const bytes = Buffer.concat([...upload.parts].sort(([one], [other]) => one - other).map(([, part]) => part))
      if (digestOf(bytes) !== body.get('crc32')) throw new ApiFailure(400, { code: 'BadDigest', message: 'whole' })
      this.uploads.delete(uploadId)
      this.objects.set(key, { bytes, mode: upload.mode })
      return this.#shown(key)
    })

  async #carried(
    method: string,
    signal: AbortSignal | undefined,
    act: (changed: boolean) => unknown,
  ): Promise<unknown> {
    await Promise.resolve()
    signal?.throwIfAborted()
    const fault = this.#fault(method)
    if (fault === 'lost-request') throw new ApiFailure(0, {})
    if (fault === 'busy') throw new ApiFailure(503, { code: 'SlowDown', retryAfter: 1 })
    const answer = act(fault === 'changed')
    await Promise.resolve()
    signal?.throwIfAborted()
    if (fault === 'lost-answer') throw new ApiFailure(0, {})
    return answer
  }

  #put(key: string, bytes: Buffer, headers: Readonly<Record<string, string>>): unknown {
    if (headers['if-none-match'] === '*' && this.objects.has(key)) throw there()
    this.objects.set(key, { bytes, mode: modeIn(JSON.parse(headers['x-coffer-encryption'] ?? '{}')) })
    return this.#shown(key)
  }

  #begin(key: string, body: ReadonlyMap<string, unknown>): unknown {
    if (body.get('ifNoneMatch') === true && this.objects.has(key)) throw there()
    this.#last += 1
    const uploadId = `u${this.#last}`
    this.uploads.set(uploadId, { key, mode: modeIn(body.get('encryption')), parts: new Map() })
    return { uploadId, partSize: 8 * 1024 * 1024 }
  }

  #shown(key: string): unknown {
    const { bytes, mode } = this.objects.get(key) ?? missing()
    return { size: bytes.length, encryption: { mode }, checksums: { crc32: digestOf(bytes) } }
  }
}

function modeIn(encryption: unknown): string {
  return typeof encryption === 'object' && encryption !== null && 'mode' in encryption
    ? String(encryption.mode)
    : 'none'
}

function there(): ApiFailure {
  return new ApiFailure(412, { code: 'PreconditionFailed', message: 'there already' })
}

function missing(): never {
  throw new ApiFailure(404, { code: 'NoSuchUpload', message: 'not there' })
}

function membersOf(body: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(typeof body === 'object' && body !== null ? Object.entries(body) : [])
}
