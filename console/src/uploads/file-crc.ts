import { ApiFailure } from '../api/failure.ts'
import { crc32 } from './crc32.ts'
import type { UploadSource } from './upload-wire.ts'

const SLICE_BYTES = 1024 * 1024

/**
 * The CRC-32 of a stretch of a file. Throws when the file has changed on the disk since it was chosen: the browser does
 * not give its bytes any more.
 */
export async function crcOfFile(file: UploadSource, start: number, end: number): Promise<number> {
  let crc = 0
  for (let at = start; at < end; at += SLICE_BYTES) {
    const bytes = await file
      .slice(at, Math.min(end, at + SLICE_BYTES))
      .arrayBuffer()
      .catch(() => {
        throw new ApiFailure(400, { code: 'FileChanged', message: 'The file changed while it was uploaded' })
      })
    crc = crc32(new Uint8Array(bytes), crc)
  }
  return crc
}
