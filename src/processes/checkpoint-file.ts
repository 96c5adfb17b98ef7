import { open, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { INTERRUPTED_NOTE, type CheckpointFile } from '../audit/index.ts'

export const CHECKPOINT_FILE = 'audit-checkpoints'

/** As long as a signature line can be. */
const TAIL_BYTES = 512

/** The audit log's checkpoints beside the metadata: a file of the data directory that is only ever appended to. */
export function checkpointFile(data: string): CheckpointFile {
  const path = join(data, CHECKPOINT_FILE)
  return {
    append: async (note) => {
      const file = await open(path, 'a+', 0o600)
      try {
        await file.appendFile(`${await separator(file)}${note}`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    read: async () => {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
  }
}

/** What stands before the next note. What a crash left of the last one is marked as that. */
async function separator(file: FileHandle): Promise<string> {
  const { size } = await file.stat()
  if (size === 0) return ''
  const length = Math.min(size, TAIL_BYTES)
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
  const tail = buffer.toString('utf8')
  const whole = tail.endsWith('\n') && (tail.trimEnd().split('\n').at(-1) ?? '').startsWith('— ')
  return whole ? '\n' : `\n${INTERRUPTED_NOTE}\n\n`
}
