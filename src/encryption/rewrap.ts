import type { KeyUse } from '../kms/index.ts'
import { refuse, type DataCipher } from '../operations/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import type { Fragment } from '../storage/index.ts'
import { maskChecksum, readChecksum } from './checksum-mask.ts'
import { demandSignature } from './decide-mode.ts'
import { bucketArn, contextFor, objectArn } from './encryption-context.ts'
import { wrapDek } from './envelope.ts'
import type { VersionKeys } from './layer-keys.ts'
import { openInlineBody, sealInlineBody } from './object-keys.ts'
import type { SealScope, StoredChecksum, StoredEncryption } from './object-encryption.ts'
import { keyRequest, type ProviderTools, type StoredOf } from './providers/provider.ts'
import * as sseKms from './providers/sse-kms.ts'
import * as sseS3 from './providers/sse-s3.ts'
import { INNER_LAYER, NO_PART } from './stream-context.ts'

export interface RewrapTarget {
  /** A full key ARN, of the bucket owner's account. */
  readonly keyArn: string
  readonly bucketKey: boolean
}

export interface Rewrapped {
  readonly stored: StoredEncryption
  readonly inline?: Buffer
  readonly checksums: readonly StoredChecksum[]
  readonly fragment: Fragment
}

const KEY_ARN = /^arn:aws[a-zA-Z0-9-]*:kms:[a-z0-9-]+:([0-9]{12}):key\/[a-zA-Z0-9-]+$/

/**
 * Another KMS key around the same data: of streams the DEK is wrapped anew, an inline body is sealed anew. From
 * `none`, `sse-s3` or `sse-kms`, to `sse-kms`. The caller needs Decrypt and ReEncryptFrom on the old key,
 * GenerateDataKey, Encrypt and ReEncryptTo on the new one.
 */
export async function rewrap(
  tools: ProviderTools,
  scope: SealScope,
  stored: StoredEncryption,
  target: RewrapTarget,
  inline: Uint8Array | undefined,
  checksums: readonly StoredChecksum[],
): Promise<Rewrapped> {
  const account = KEY_ARN.exec(target.keyArn)?.[1]
  if (account === undefined) refuse({ kind: 'invalid-request', detail: 'the key has to be named by its full ARN' })
  if (account !== scope.bucket.account) refuse({ kind: 'access-denied', reason: 'a key of another account' })
  demandSignature(scope.caller)
  if (stored.mode === 'dsse-kms' || stored.mode === 'sse-c') {
    return refuse({ kind: 'invalid-request', detail: `the encryption of a ${stored.mode} object cannot be updated` })
  }
  await demandRewrap(tools, scope, stored, target)
  const old =
    stored.mode === 'sse-kms'
      ? await sseKms.open(tools, scope, stored, inline === undefined ? 'streams' : 'inline')
      : await sseS3.open(tools, scope, stored, inline === undefined ? 'streams' : 'inline')
  if (inline !== undefined) {
    const fresh = await sseKms.begin(tools, scope, decided(target, stored.cipher))
    const plaintext = openInlineBody(old, scope.sealId, inline)
    const sealed = sealInlineBody(fresh, scope.sealId, plaintext)
    plaintext.fill(0)
    const masked = remask(old, fresh, 'inline', scope.sealId, checksums)
    const after = fresh.stored('inline')
    const fragment = await exchange(tools, scope, stored, after, fresh.use)
    return { stored: after, inline: sealed, checksums: masked, fragment }
  }
  const { stored: after, use } = await wrapAround(tools, scope, old, target)
  const masked = remask(old, old, 'streams', scope.sealId, checksums)
  return { stored: after, checksums: masked, fragment: await exchange(tools, scope, stored, after, use) }
}

/**
 * Every right that UpdateObjectEncryption needs, whatever of it this form of body uses (S3 API reference: Encrypt,
 * Decrypt, GenerateDataKey, ReEncrypt*; each on the key that it is about).
 */
async function demandRewrap(
  tools: ProviderTools,
  scope: SealScope,
  stored: StoredEncryption,
  target: RewrapTarget,
): Promise<void> {
  const request = keyRequest(scope)
  const found = await tools.kms.resolve(request, target.keyArn)
  const { bucket, key } = scope
  const context = contextFor(target.bucketKey ? bucketArn(bucket.name) : objectArn(bucket.name, key), undefined)
  for (const action of ['GenerateDataKey', 'Encrypt', 'ReEncryptTo'] as const) {
    await tools.kms.authorizeUse(request, found, action, context)
  }
  if (stored.mode !== 'sse-kms') return
  const old = { keyUid: stored.keyUid, arn: stored.keyArn }
  for (const action of ['Decrypt', 'ReEncryptFrom'] as const) {
    await tools.kms.authorizeUse(request, old, action, stored.context)
  }
}

/** A new wrap around the DEK that the streams are sealed under. */
async function wrapAround(
  tools: ProviderTools,
  scope: SealScope,
  old: VersionKeys,
  target: RewrapTarget,
): Promise<{ readonly stored: StoredOf<'sse-kms'>; readonly use: KeyUse }> {
  const request = keyRequest(scope)
  const { cipher } = old.layers[0]
  const dek = new SecretBytes(old.layers[0].stream().export())
  try {
    if (target.bucketKey) {
      const { record, key } = await tools.bucketKeys.forWrite(request, scope.bucket, target.keyArn)
      const facts = { source: 'bucket-key', layer: INNER_LAYER, sealId: scope.sealId } as const
      const envelope = dek.expose((bytes) => wrapDek(key, facts, bytes)).toString('base64')
      const { use, blob, context, id } = record
      return { stored: { ...decidedUse(cipher, use), blob, context, bucketKeyId: id, envelope }, use }
    }
    const context = contextFor(objectArn(scope.bucket.name, scope.key), undefined)
    const found = await tools.kms.resolve(request, target.keyArn)
    const made = await tools.kms.encrypt(request, { key: found.arn, plaintext: dek, context })
    return { stored: { ...decidedUse(cipher, made.use), blob: made.blob.toString('base64'), context }, use: made.use }
  } finally {
    dek.wipe()
  }
}

/** The data cipher stays: streams are not sealed again, and inline bodies are no exception. */
function decided(target: RewrapTarget, cipher: DataCipher): Parameters<typeof sseKms.begin>[2] {
  return {
    mode: 'sse-kms',
    cipher,
    key: target.keyArn,
    bucketKey: target.bucketKey,
    context: undefined,
  }
}

function decidedUse(
  cipher: DataCipher,
  use: { readonly keyUid: string; readonly version: number; readonly arn: string },
): Pick<StoredOf<'sse-kms'>, 'mode' | 'cipher' | 'keyUid' | 'keyVersion' | 'keyArn'> {
  return { mode: 'sse-kms', cipher, keyUid: use.keyUid, keyVersion: use.version, keyArn: use.arn }
}

/** Values that were stored plainly are masked now; masked ones are masked under the new key. */
function remask(
  old: VersionKeys,
  fresh: VersionKeys,
  form: 'inline' | 'streams',
  sealId: Uint8Array,
  checksums: readonly StoredChecksum[],
): readonly StoredChecksum[] {
  const keyOf = ({ layers: [layer] }: VersionKeys) => (form === 'inline' ? layer.message : layer.stream())
  return checksums.map((checksum) =>
    maskChecksum(keyOf(fresh), sealId, NO_PART, readChecksum(keyOf(old), sealId, NO_PART, checksum)),
  )
}

/** The new key's reference and the end of the old one's. Under the same version of the same key nothing changes hands. */
async function exchange(
  tools: ProviderTools,
  scope: SealScope,
  before: StoredEncryption,
  after: StoredEncryption,
  use: KeyUse | undefined,
): Promise<Fragment> {
  if (after.mode !== 'sse-kms' || use === undefined) return refuse({ kind: 'internal' })
  const referrer = { kind: 'version', id: scope.sealId } as const
  const taken = await tools.kms.reference(use, referrer)
  if (before.mode !== 'sse-kms') return taken
  if (before.keyUid === after.keyUid && before.keyVersion === after.keyVersion) {
    return { checks: taken.checks, writes: [] }
  }
  const freed = tools.kms.dereference({ keyUid: before.keyUid, version: before.keyVersion }, referrer)
  return { checks: [...taken.checks, ...freed.checks], writes: [...taken.writes, ...freed.writes] }
}
