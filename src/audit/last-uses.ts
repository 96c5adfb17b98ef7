import type { RecordSealer } from '../records/index.ts'
import type { MetadataReader } from '../storage/index.ts'
import { lastUseKey } from './ledger-rows.ts'

/** Acts with a key's material: what counts as its use. */
export const KEY_USES: ReadonlySet<string> = new Set([
  ...['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
  ...['kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  ...['kms:GenerateMac', 'kms:VerifyMac', 'kms:Sign', 'kms:Verify', 'kms:DeriveSharedSecret'],
])

const USE = /"action":"(kms:\w+)","resource":"([^"\\]+)","caller":"[^"\\]*","outcome":"done"/

/** The newest use of each key in these records, by the key's ARN. */
export function usesOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>()
  for (const line of lines) {
    const [, action = '', resource = ''] = USE.exec(line) ?? []
    if (!KEY_USES.has(action)) continue
    const timeMs = Number(/"timeMs":(\d+)/.exec(line)?.[1] ?? 0)
    newest.set(resource, Math.max(newest.get(resource) ?? 0, timeMs))
  }
  return newest
}

/** When each key was used last, as far as it was sealed; undefined: never. In the order asked. */
export async function readLastUses(
  { store, records }: { readonly store: MetadataReader; readonly records: RecordSealer },
  keyArns: readonly string[],
): Promise<readonly (number | undefined)[]> {
  const rows = await store.getMany(keyArns.map(lastUseKey))
  return rows.map((row) => {
    if (row === undefined) return undefined
    const { secret } = records.open(row.key, row.value)
    return Number(Buffer.from(secret).readBigUInt64BE())
  })
}
