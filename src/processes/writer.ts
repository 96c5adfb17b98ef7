import { SecretBytes } from '../secrets/index.ts'
import { openLmdbMetadata, serveWriter } from '../storage/index.ts'
import { underSupervisor } from './child.ts'
import type { WriterAddress } from './roles.ts'

interface WriterSetUp {
  readonly directory: string
  readonly data: string
  readonly writer: WriterAddress
}

/** The one process that writes LMDB, and does nothing else. It holds no key: rows reach it sealed. */
export function runWriter(): void {
  let stop = async (): Promise<void> => undefined
  underSupervisor('writer', {
    'set-up': async (argument) => {
      const { directory, data, writer } = asWriterSetUp(argument)
      process.chdir(data)
      // It can commit no more: what was in doubt is asked for again at the next writer.
      const store = await openLmdbMetadata({ directory, onEnded: () => process.exit(1) })
      const served = await serveWriter({ store, socketPath: writer.socketPath, secret: new SecretBytes(writer.secret) })
      stop = async () => {
        await served.close()
        await store.close()
      }
    },
    stop: async () => {
      await stop()
      setImmediate(() => process.exit(0))
    },
  })
}

function asWriterSetUp(value: unknown): WriterSetUp {
  if (typeof value !== 'object' || value === null || !('directory' in value)) throw new TypeError('no set-up')
  return value as WriterSetUp
}
