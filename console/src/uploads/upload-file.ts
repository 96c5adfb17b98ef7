import { ApiFailure } from '../api/failure.ts'
import { path } from '../api/path.ts'
import { modeOf } from './answer-members.ts'
import { ONE_REQUEST_BYTES } from './part-plan.ts'
import { sentBefore } from './read-back.ts'
import { sendPiece } from './send-piece.ts'
import type { Slots } from './slots.ts'
import { putParts } from './upload-parts.ts'
import type { UploadTask } from './upload-task.ts'
import type { UploadWire } from './upload-wire.ts'

/** One file, whole: in one request or in parts, each compared by its CRC-32. Throws `ApiFailure` or `AbortError`. */
export async function uploadFile(wire: UploadWire, slots: Slots, task: UploadTask): Promise<void> {
  const small = task.file.size <= ONE_REQUEST_BYTES
  const stored = small ? await putWhole(wire, slots, task) : await putParts(wire, slots, task)
  const wanted = task.encryption?.mode
  const got = modeOf(stored) ?? 'nothing'
  // Never quietly less than was chosen.
  if (wanted !== undefined && wanted !== got) {
    throw new ApiFailure(500, { code: 'EncryptionDiffers', message: `${wanted} was chosen, ${got} was answered` })
  }
}

async function putWhole(wire: UploadWire, slots: Slots, task: UploadTask): Promise<unknown> {
  const { file, bucket, key, encryption, overwrite } = task
  const { answer } = await sendPiece(wire, slots, task, {
    route: path('buckets', bucket, 'object'),
    query: { key },
    part: { number: 1, start: 0, end: file.size },
    headers: {
      'content-type': file.type === '' ? 'application/octet-stream' : file.type,
      ...(encryption === undefined ? {} : { 'x-coffer-encryption': JSON.stringify(encryption) }),
      ...(overwrite ? {} : { 'if-none-match': '*' }),
    },
    onSent: task.onProgress,
    // What is there already may be what a try before has put.
    onRefused: async ({ status }, crc) => (status === 412 ? sentBefore(wire, task, crc) : undefined),
  })
  return answer
}
