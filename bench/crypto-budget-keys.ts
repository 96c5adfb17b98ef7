import type { SealScope, StoredEncryption } from '../src/encryption/index.ts'
import { bodyOf, scopeOf, world } from '../src/encryption/test-scope.fixture.ts'
import { createRecordSealer } from '../src/records/index.ts'
import { randomBytes, SecretBytes } from '../src/secrets/index.ts'
import { SMALL_BYTES } from './scenarios.ts'

interface SealedBody {
  readonly scope: SealScope
  readonly stored: StoredEncryption
  readonly row: Buffer
}

/** About what the record of a small object without user metadata takes. */
const CLEAR_BYTES = 64
const DETAIL_BYTES = 400
const ETAG_BYTES = 16

/** What a 4 KiB PUT seals and what a GET of it opens, over the rooms that do it in the server. */
export async function sealsOfBench(): Promise<{
  readonly seal: () => Promise<SealedBody>
  readonly open: (sealed: SealedBody) => Promise<Buffer>
}> {
  const { encryption } = world()
  const records = createRecordSealer({ metadataKey: new SecretBytes(randomBytes(32)) })
  const body = bodyOf(SMALL_BYTES)
  const rowKey = Buffer.from('live/0123456789abcdef/bench/object', 'utf8')
  const clear = Buffer.alloc(CLEAR_BYTES, 1)
  const detail = Buffer.alloc(DETAIL_BYTES, 2)
  const masked = Buffer.alloc(ETAG_BYTES, 3)
  return {
    seal: async () => {
      const scope = scopeOf(1, { sealId: randomBytes(16) })
      const keys = await encryption.beginWrite(scope, { kind: 'default' })
      const inline = keys.sealInline(body)
      const stored = keys.stored('inline')
      keys.dispose()
      const row = records.seal({ rowKey, clear, secret: Buffer.concat([detail, inline]), masked })
      return { scope, stored, row }
    },
    open: async ({ scope, stored, row }) => {
      const { secret } = records.open(rowKey, row)
      const keys = await encryption.beginRead(scope, stored, undefined, 'inline')
      const opened = keys.openInline(secret.subarray(DETAIL_BYTES))
      keys.dispose()
      return opened
    },
  }
}
