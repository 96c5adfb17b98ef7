import { randomBytes } from '../../secrets/index.ts'
import { refuse } from '../../operations/index.ts'
import { digestsOf, keepPromises, sumsOf, type Digests } from './body-digests.ts'
import type { BodyToStore, StoredBody } from './store-body.ts'

/**
 * Stores a body whose announced length says that it goes into its row. It is digested and sealed from the buffer in
 * which it came, if it came in one; what was promised is compared when all of it was read.
 */
export async function storeInline(task: BodyToStore, length: number, md5Etag: boolean): Promise<StoredBody> {
  let made: Made | undefined
  let held: Buffer | undefined
  let size = 0
  for await (const piece of task.body.read(task.signal)) {
    if (size + piece.length > length) refuse({ kind: 'incomplete-body' })
    if (piece.length === length) {
      made = await make(task, piece, md5Etag)
    } else {
      // The sender may use its buffer again.
      held ??= Buffer.allocUnsafe(length)
      held.set(piece, size)
    }
    size += piece.length
  }
  task.signal.throwIfAborted()
  if (size !== length) refuse({ kind: 'incomplete-body' })
  made ??= await make(task, held ?? new Uint8Array(), md5Etag)
  keepPromises(task.expect, task.body, made.digests)
  const { md5 } = made.digests
  const etag = md5Etag ? (md5 ?? refuse({ kind: 'internal' })) : randomBytes(16)
  return { place: { kind: 'inline', sealed: made.sealed }, size, etag, sums: sumsOf(made.digests) }
}

interface Made {
  readonly digests: Digests
  readonly sealed: Buffer
}

function make(task: BodyToStore, body: Uint8Array, md5Etag: boolean): Made | Promise<Made> {
  const sealed = task.keys.sealInline(body)
  const digests = digestsOf(body, task.expect, md5Etag, task.algorithm)
  return digests instanceof Promise ? digests.then((late) => ({ digests: late, sealed })) : { digests, sealed }
}
