import { MAX_INLINE_BYTES, type SealedStream, type WriteKeys } from '../../encryption/index.ts'
import {
  refuse,
  type BodyExpectation,
  type BodySum,
  type EncryptionMode,
  type ObjectBody,
  type SumAlgorithm,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { BlobUnavailable, faultPoint, type BlobId, type BlobWriter } from '../../storage/index.ts'
import { BodyDigests, sumsOf } from './body-digests.ts'
import { storeInline } from './store-inline.ts'
import type { ObjectRooms } from '../object-rooms.ts'

/** The largest body of one PutObject, UploadPart or CopyObject: 5 GiB. */
export const MAX_SINGLE_BYTES = 5 * 1024 ** 3
/** Larger pieces are cut, so that no stretch of digesting and sealing is long. */
const PIECE_BYTES = 256 * 1024

/** A body that was sealed and is durable, as far as it is a blob; no row names it yet. */
export interface StoredBody {
  readonly place:
    | { readonly kind: 'inline'; readonly sealed: Buffer }
    | { readonly kind: 'stream'; readonly blob: BlobId; readonly stream: SealedStream }
  readonly size: number
  /** 16 bytes: the MD5 where the mode allows it, else random. */
  readonly etag: Buffer
  /** One checksum, and the CRC-64 of ECMA-182 where that was wanted besides. */
  readonly sums: readonly BodySum[]
}

export interface BodyToStore {
  readonly keys: WriteKeys
  readonly body: ObjectBody
  readonly expect: BodyExpectation
  readonly partNumber: number
  readonly mayInline: boolean
  readonly signal: AbortSignal
  /** The checksum when `expect` names none. */
  readonly algorithm?: SumAlgorithm
  /** For the names of fault points. */
  readonly verb: string
}

/** ETags of these modes are the MD5 of the plaintext; those of the others say nothing about it. */
export function hasMd5Etag(mode: EncryptionMode): boolean {
  return mode === 'none' || mode === 'sse-s3'
}

/**
 * Digests, seals and stores a body: in memory up to the inline limit, else straight into a blob. What was promised
 * is compared before the blob is committed, so a broken promise leaves nothing.
 */
export async function storeBody(rooms: ObjectRooms, task: BodyToStore): Promise<StoredBody> {
  const declared = task.body.length
  if (declared !== undefined && declared > MAX_SINGLE_BYTES) tooLarge()
  if (declared !== undefined && declared <= inlineBytes(rooms, task)) {
    return storeInline(task, declared, hasMd5Etag(task.keys.mode))
  }
  const digests = await BodyDigests.start(rooms.digestThread, {
    expect: task.expect,
    md5: hasMd5Etag(task.keys.mode),
    ...(task.algorithm === undefined ? {} : { algorithm: task.algorithm }),
    ...(declared === undefined ? {} : { length: declared }),
  })
  const intake = new Intake(rooms, task)
  try {
    for await (const piece of task.body.read(task.signal)) {
      for (let at = 0; at < piece.length; at += PIECE_BYTES) {
        const slice = piece.subarray(at, at + PIECE_BYTES)
        const behind = digests.update(slice)
        if (behind !== undefined) await behind
        await intake.take(slice)
        // A small body is one piece of work, and not held up by larger ones.
        const turnOver = intake.size > PIECE_BYTES ? rooms.loopTurn.over() : undefined
        if (turnOver !== undefined) await turnOver
      }
    }
    task.signal.throwIfAborted()
    if (declared !== undefined && intake.size !== declared) refuse({ kind: 'incomplete-body' })
    const found = await digests.finish(task.body)
    const place = await intake.end()
    const etag = hasMd5Etag(task.keys.mode) ? (found.md5 ?? refuse({ kind: 'internal' })) : randomBytes(16)
    return { place, size: intake.size, etag, sums: sumsOf(found) }
  } catch (error) {
    await intake.discard()
    if (error instanceof BlobUnavailable) return refuse({ kind: 'unavailable', detail: 'the blob store is away' })
    throw error
  } finally {
    digests.abandon()
  }
}

/** The longest body that goes into its row; -1: none does. */
function inlineBytes(rooms: ObjectRooms, task: BodyToStore): number {
  return task.mayInline ? Math.min(MAX_INLINE_BYTES, rooms.store.inlineBytes) : -1
}

function tooLarge(): never {
  return refuse({ kind: 'entity-too-large', limitBytes: MAX_SINGLE_BYTES })
}

/** Holds a small body, or passes a large one on to a blob. */
class Intake {
  readonly #rooms: ObjectRooms
  readonly #task: BodyToStore
  readonly #inlineBytes: number
  #held: Uint8Array[] = []
  #writer: BlobWriter | undefined
  #sealer: ReturnType<WriteKeys['sealStream']> | undefined
  size = 0

  constructor(rooms: ObjectRooms, task: BodyToStore) {
    this.#rooms = rooms
    this.#task = task
    this.#inlineBytes = inlineBytes(rooms, task)
  }

  async take(piece: Uint8Array): Promise<void> {
    this.size += piece.length
    if (this.size > (this.#task.body.length ?? MAX_SINGLE_BYTES)) {
      if (this.size > MAX_SINGLE_BYTES) tooLarge()
      refuse({ kind: 'incomplete-body' })
    }
    if (this.#writer === undefined && this.size <= this.#inlineBytes) {
      // The sender may use its buffer again.
      this.#held.push(Uint8Array.from(piece))
      return
    }
    const { writer, sealer } = await this.#begin()
    const sealed = sealer.push(piece)
    if (sealed.length > 0) await writer.write(sealed)
  }

  async #begin(): Promise<{ writer: BlobWriter; sealer: ReturnType<WriteKeys['sealStream']> }> {
    if (this.#writer !== undefined && this.#sealer !== undefined) return { writer: this.#writer, sealer: this.#sealer }
    const sealer = this.#task.keys.sealStream(this.#task.partNumber, this.#task.body.length)
    const writer = await this.#rooms.blobs.create()
    this.#writer = writer
    this.#sealer = sealer
    const held = this.#held
    this.#held = []
    for (const piece of held) await writer.write(sealer.push(piece))
    return { writer, sealer }
  }

  async end(): Promise<StoredBody['place']> {
    if (this.#writer === undefined && this.#inlineBytes >= 0) {
      return { kind: 'inline', sealed: this.#task.keys.sealInline(Buffer.concat(this.#held)) }
    }
    const { writer, sealer } = await this.#begin()
    const { pieces, stream } = sealer.end()
    await writer.write(pieces)
    faultPoint(`${this.#task.verb}:before-blob-commit`)
    const { bytes } = await writer.commit()
    if (bytes !== stream.sealedLength) refuse({ kind: 'internal' })
    faultPoint(`${this.#task.verb}:after-blob-commit`)
    return { kind: 'stream', blob: writer.id, stream }
  }

  async discard(): Promise<void> {
    await this.#writer?.discard()
  }
}

/** Takes a stored body back: its metadata commit was refused. What this misses, the sweeper finds. */
export async function dropBody(rooms: ObjectRooms, body: StoredBody): Promise<void> {
  if (body.place.kind === 'stream') await rooms.blobs.remove([body.place.blob])
}
