import { openConnection } from './load-connection.ts'
import { bodyOf, signedHeads, type Target } from './load-plan.ts'

/** Uploads that are all on their way at once, and are cut when the time is over. */
export interface UploadsToHold {
  readonly target: Target
  readonly uris: readonly string[]
  readonly headers: readonly (readonly [string, string])[]
  /** The length that each of them announces. */
  readonly sizeBytes: number
  readonly durationMs: number
}

export interface HeldUploads {
  /** Bytes that were handed to the sockets, all together. */
  readonly sentBytes: number
}

const PIECE_BYTES = 256 * 1024

/** Sends as fast as the server takes it. None of the uploads may end before its time, neither well nor badly. */
export async function holdUploads(uploads: UploadsToHold): Promise<HeldUploads> {
  const { target, sizeBytes, durationMs } = uploads
  const heads = signedHeads({ ...uploads, method: 'PUT' }, 'UNSIGNED-PAYLOAD', sizeBytes)
  const { body: piece } = bodyOf(PIECE_BYTES)
  let sentBytes = 0
  let failed: Error | undefined
  const onFailure = (error: Error): void => {
    failed ??= error
  }
  const onAnswer = ({ status }: { readonly status: number }): void => onFailure(new Error(`answered ${status}`))
  const open = heads.map(() => openConnection(target, { bodiless: false, keep: false, onAnswer, onFailure }))
  const connections = await Promise.all(open)
  for (const [index, connection] of connections.entries()) {
    let left = sizeBytes
    const next = (): void => {
      if (left <= 0 || failed !== undefined) return
      left -= PIECE_BYTES
      sentBytes += PIECE_BYTES
      connection.write(piece, next)
    }
    connection.write(heads[index] ?? Buffer.alloc(0), next)
  }
  await new Promise((resolve) => setTimeout(resolve, durationMs))
  for (const connection of connections) connection.end()
  if (failed !== undefined) throw failed
  return { sentBytes }
}
