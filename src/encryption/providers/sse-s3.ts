/** `sse-s3` and `none`: under the service key of the bucket's account. They differ in the answer only. */
import { after, type Awaitable, type ShownEncryption } from '../../operations/index.ts'
import { INNER_LAYER } from '../stream-context.ts'
import { FreshLayer, openedLayer, type VersionKeys } from '../layer-keys.ts'
import type { SealScope } from '../object-encryption.ts'
import { storedAccount } from '../service-keys.ts'
import type { ProviderTools, StoredOf, WriteModeOf } from './provider.ts'

export function begin(tools: ProviderTools, scope: SealScope, decided: WriteModeOf<'sse-s3'>): Awaitable<VersionKeys> {
  const account = scope.bucket.account
  return after(tools.serviceKeys.wrapSource(account), ({ version, source }) => {
    const layer = new FreshLayer(source, decided.cipher, {
      source: 'service-key',
      layer: INNER_LAYER,
      sealId: scope.sealId,
    })
    const { mode, cipher } = decided
    const base = { mode, cipher, account, serviceKeyVersion: version }
    return {
      shown: { mode, cipher },
      layers: [layer],
      masks: false,
      stored: (form) => (form === 'inline' ? base : { ...base, envelope: layer.envelope() }),
    }
  })
}

export function open(
  tools: ProviderTools,
  scope: Pick<SealScope, 'sealId'>,
  stored: StoredOf<'sse-s3'>,
  form: 'inline' | 'streams',
): Awaitable<VersionKeys> {
  const asked = tools.serviceKeys.wrapSource(storedAccount(stored.account), stored.serviceKeyVersion)
  return after(asked, ({ source }) => {
    const facts = { source: 'service-key', layer: INNER_LAYER, sealId: scope.sealId } as const
    const layer = openedLayer(source, stored.cipher, facts, stored.envelope)
    if (form === 'streams') layer.stream()
    return { shown: shownOf(stored), layers: [layer], masks: false, stored: () => stored }
  })
}

export function shownOf(stored: StoredOf<'sse-s3'>): ShownEncryption {
  return { mode: stored.mode, cipher: stored.cipher }
}
