import { path } from '../api/path.ts'
import { checksumOf, modeOf, numberOf } from './answer-members.ts'
import { crc32Text } from './crc32.ts'
import type { UploadTask } from './upload-task.ts'
import type { UploadWire } from './upload-wire.ts'

/**
 * What stands under the key now, if it is this very file: its size and CRC-32, and the encryption that was chosen. For
 * answers that were lost on their way back.
 */
export async function sentBefore(wire: UploadWire, task: UploadTask, crc: number): Promise<unknown> {
  const { bucket, key, file, encryption, signal } = task
  const found = await wire
    .call('GET', path('buckets', bucket, 'object'), { query: { key }, signal })
    .catch(() => undefined)
  const same = numberOf(found, 'size') === file.size && checksumOf(found, 'crc32') === crc32Text(crc)
  return same && (encryption === undefined || encryption.mode === modeOf(found)) ? found : undefined
}
