/** `sse-kms`: the data key of a KMS key is the DEK; or a bucket key, itself such a data key, wraps it. */
import { createSecretKey } from 'node:crypto'
import type { KeyUse } from '../../kms/index.ts'
import { after, type Awaitable, type ShownEncryption } from '../../operations/index.ts'
import { contextFor, objectArn } from '../encryption-context.ts'
import { dataKeyLayer, FreshLayer, openedLayer, type LayerKeys, type VersionKeys } from '../layer-keys.ts'
import type { SealScope } from '../object-encryption.ts'
import { openStoredBlob } from '../stored-data-key.ts'
import { INNER_LAYER } from '../stream-context.ts'
import { keyRequest, type ProviderTools, type StoredOf, type WriteModeOf } from './provider.ts'

export function begin(tools: ProviderTools, scope: SealScope, decided: WriteModeOf<'sse-kms'>): Awaitable<VersionKeys> {
  return decided.bucketKey ? beginUnderBucketKey(tools, scope, decided) : beginDirect(tools, scope, decided)
}

async function beginDirect(
  tools: ProviderTools,
  scope: SealScope,
  decided: WriteModeOf<'sse-kms'>,
): Promise<VersionKeys> {
  const request = keyRequest(scope)
  const context = contextFor(objectArn(scope.bucket.name, scope.key), decided.context)
  const target = await tools.kms.resolve(request, decided.key)
  const made = await tools.kms.generateDataKey(request, { key: target.arn, context })
  const dataKey = made.plaintext.expose((bytes) => createSecretKey(bytes))
  made.plaintext.wipe()
  const stored: StoredOf<'sse-kms'> = {
    ...storedUse(decided, made.use),
    blob: made.blob.toString('base64'),
    context,
    ...(decided.context === undefined ? {} : { clientContext: decided.context }),
  }
  const shown = { mode: decided.mode, cipher: decided.cipher, keyArn: made.use.arn }
  return {
    shown: decided.context === undefined ? shown : { ...shown, context: decided.context },
    layers: [dataKeyLayer(INNER_LAYER, decided.cipher, dataKey)],
    masks: true,
    use: made.use,
    stored: () => stored,
  }
}

function beginUnderBucketKey(
  tools: ProviderTools,
  scope: SealScope,
  decided: WriteModeOf<'sse-kms'>,
): Awaitable<VersionKeys> {
  return after(tools.bucketKeys.forWrite(keyRequest(scope), scope.bucket, decided.key), ({ record, key }) => {
    const layer = new FreshLayer(key, decided.cipher, {
      source: 'bucket-key',
      layer: INNER_LAYER,
      sealId: scope.sealId,
    })
    const base: StoredOf<'sse-kms'> = {
      ...storedUse(decided, record.use),
      blob: record.blob,
      context: record.context,
      bucketKeyId: record.id,
    }
    return {
      shown: { mode: decided.mode, cipher: decided.cipher, keyArn: record.use.arn, bucketKey: true },
      layers: [layer],
      masks: true,
      use: record.use,
      stored: (form) => (form === 'inline' ? base : { ...base, envelope: layer.envelope() }),
    }
  })
}

export function open(
  tools: ProviderTools,
  scope: SealScope,
  stored: StoredOf<'sse-kms'>,
  form: 'inline' | 'streams',
): Awaitable<VersionKeys> {
  const { bucketKeyId } = stored
  const opening =
    bucketKeyId === undefined ? openDirect(tools, scope, stored) : openUnder(bucketKeyId, tools, scope, stored)
  return after(opening, ({ layer, renew }) => {
    if (form === 'streams') layer.stream()
    return {
      shown: shownOf(stored),
      layers: [layer],
      masks: true,
      use: {
        keyUid: stored.keyUid,
        version: stored.keyVersion,
        arn: stored.keyArn,
        ...(renew === undefined ? {} : { renew }),
      },
      stored: () => stored,
    }
  })
}

/** `renew`: of the right by which it was opened (`KeyUse`). */
interface OpenedLayer {
  readonly layer: LayerKeys
  readonly renew: KeyUse['renew']
}

function openUnder(
  bucketKeyId: string,
  tools: ProviderTools,
  scope: SealScope,
  stored: StoredOf<'sse-kms'>,
): Awaitable<OpenedLayer> {
  const wanted = { ...stored, bucketKeyId, fresh: scope.fresh === true }
  return after(tools.bucketKeys.forRead(keyRequest(scope), wanted), ({ key, renew }) => {
    const facts = { source: 'bucket-key', layer: INNER_LAYER, sealId: scope.sealId } as const
    return { layer: openedLayer(key, stored.cipher, facts, stored.envelope), renew }
  })
}

async function openDirect(tools: ProviderTools, scope: SealScope, stored: StoredOf<'sse-kms'>): Promise<OpenedLayer> {
  const { plaintext, use } = await openStoredBlob(tools.kms, keyRequest(scope), {
    // OSS's page lets whoever may upload do so in parts, without the right to read.
    ...{ ...stored, forWriting: scope.road?.vendor === 'oss' && scope.road.task === 'upload-part' },
  })
  const dataKey = plaintext.expose((bytes) => createSecretKey(bytes))
  plaintext.wipe()
  return { layer: dataKeyLayer(INNER_LAYER, stored.cipher, dataKey), renew: use.renew }
}

/** What reads show, without asking anybody. The context is shown on writes only. */
export function shownOf(stored: StoredOf<'sse-kms'>): ShownEncryption {
  const shown = { mode: stored.mode, cipher: stored.cipher, keyArn: stored.keyArn }
  return stored.bucketKeyId === undefined ? shown : { ...shown, bucketKey: true }
}

function storedUse(
  decided: WriteModeOf<'sse-kms'>,
  use: KeyUse,
): Pick<StoredOf<'sse-kms'>, 'mode' | 'cipher' | 'keyUid' | 'keyVersion' | 'keyArn'> {
  const { mode, cipher } = decided
  return { mode, cipher, keyUid: use.keyUid, keyVersion: use.version, keyArn: use.arn }
}
