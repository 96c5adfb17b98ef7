/** `dsse-kms`: an inner layer under a data key of the KMS key, an outer one under the service key. No bucket keys. */
import { createSecretKey } from 'node:crypto'
import type { ShownEncryption } from '../../operations/index.ts'
import { contextFor, objectArn } from '../encryption-context.ts'
import { dataKeyLayer, FreshLayer, openedLayer, type VersionKeys } from '../layer-keys.ts'
import type { SealScope } from '../object-encryption.ts'
import { storedAccount } from '../service-keys.ts'
import { openStoredBlob } from '../stored-data-key.ts'
import { INNER_LAYER, OUTER_LAYER } from '../stream-context.ts'
import { keyRequest, type ProviderTools, type StoredOf, type WriteModeOf } from './provider.ts'

export async function begin(
  tools: ProviderTools,
  scope: SealScope,
  decided: WriteModeOf<'dsse-kms'>,
): Promise<VersionKeys> {
  const request = keyRequest(scope)
  const context = contextFor(objectArn(scope.bucket.name, scope.key), decided.context)
  const target = await tools.kms.resolve(request, decided.key)
  const made = await tools.kms.generateDataKey(request, { key: target.arn, context })
  const dataKey = made.plaintext.expose((bytes) => createSecretKey(bytes))
  made.plaintext.wipe()
  const account = scope.bucket.account
  const { version, source } = await tools.serviceKeys.wrapSource(account)
  const outer = new FreshLayer(source, decided.cipher, {
    source: 'service-key',
    layer: OUTER_LAYER,
    sealId: scope.sealId,
  })
  const { mode, cipher } = decided
  const base: StoredOf<'dsse-kms'> = {
    mode,
    cipher,
    keyUid: made.use.keyUid,
    keyVersion: made.use.version,
    keyArn: made.use.arn,
    blob: made.blob.toString('base64'),
    context,
    ...(decided.context === undefined ? {} : { clientContext: decided.context }),
    account,
    serviceKeyVersion: version,
  }
  const shown = { mode, cipher, keyArn: made.use.arn }
  return {
    shown: decided.context === undefined ? shown : { ...shown, context: decided.context },
    layers: [dataKeyLayer(INNER_LAYER, decided.cipher, dataKey), outer],
    masks: true,
    use: made.use,
    stored: (form) => (form === 'inline' ? base : { ...base, outerEnvelope: outer.envelope() }),
  }
}

export async function open(
  tools: ProviderTools,
  scope: SealScope,
  stored: StoredOf<'dsse-kms'>,
  form: 'inline' | 'streams',
): Promise<VersionKeys> {
  const { plaintext, use } = await openStoredBlob(tools.kms, keyRequest(scope), stored)
  const dataKey = plaintext.expose((bytes) => createSecretKey(bytes))
  plaintext.wipe()
  const { source } = await tools.serviceKeys.wrapSource(storedAccount(stored.account), stored.serviceKeyVersion)
  const facts = { source: 'service-key', layer: OUTER_LAYER, sealId: scope.sealId } as const
  const outer = openedLayer(source, stored.cipher, facts, stored.outerEnvelope)
  if (form === 'streams') outer.stream()
  return {
    shown: shownOf(stored),
    layers: [dataKeyLayer(INNER_LAYER, stored.cipher, dataKey), outer],
    masks: true,
    use,
    stored: () => stored,
  }
}

/** What reads show: the KMS key only. */
export function shownOf(stored: StoredOf<'dsse-kms'>): ShownEncryption {
  return { mode: stored.mode, cipher: stored.cipher, keyArn: stored.keyArn }
}
