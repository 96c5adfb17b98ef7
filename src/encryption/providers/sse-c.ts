/** `sse-c`: under a key that came with the request and is not kept. A wrong key is found by the commitment. */
import { randomBytes } from '../../secrets/index.ts'
import type { CustomerKey, ShownEncryption } from '../../operations/index.ts'
import { refuse } from '../../operations/index.ts'
import { customerSourceForWrite, customerWrapSource, refuseMissingCustomerKey } from '../customer-key.ts'
import { unwrapDek, wrapDek, type EnvelopeFacts } from '../envelope.ts'
import { FreshLayer, openedLayer, type VersionKeys } from '../layer-keys.ts'
import type { SealScope } from '../object-encryption.ts'
import { INNER_LAYER } from '../stream-context.ts'
import type { StoredOf, WriteModeOf } from './provider.ts'

export function begin(scope: Pick<SealScope, 'sealId'>, decided: WriteModeOf<'sse-c'>): VersionKeys {
  const source = customerSourceForWrite(decided.customer)
  const facts = factsOf(scope.sealId)
  const layer = new FreshLayer(source, decided.cipher, facts)
  const base = { mode: decided.mode, cipher: decided.cipher }
  return {
    shown: { ...base, customerKeyMd5: decided.customer.md5 },
    layers: [layer],
    masks: true,
    // An inline body has no envelope: the probe lets HEAD check the key without the body.
    stored: (form) =>
      form === 'inline'
        ? { ...base, probe: wrapDek(source, facts, randomBytes(32)).toString('base64') }
        : { ...base, envelope: layer.envelope() },
  }
}

/** Proves the key. `onWrongKey` refuses: for an object that is no access, for an upload a mistake in the request. */
export function open(
  scope: Pick<SealScope, 'sealId'>,
  stored: StoredOf<'sse-c'>,
  customer: CustomerKey | undefined,
  onWrongKey: () => never,
): VersionKeys {
  if (customer === undefined) return refuseMissingCustomerKey()
  const wrapped = stored.envelope ?? stored.probe ?? refuse({ kind: 'integrity', what: 'stored encryption' })
  const facts = factsOf(scope.sealId)
  const source = customerWrapSource(customer) ?? onWrongKey()
  if (unwrapDek(source, facts, Buffer.from(wrapped, 'base64')) === undefined) onWrongKey()
  return {
    shown: shownOf(stored, customer),
    layers: [openedLayer(source, stored.cipher, facts, stored.envelope)],
    masks: true,
    stored: () => stored,
  }
}

/** The MD5 is the one that this very request sent; none is stored. */
export function shownOf(stored: StoredOf<'sse-c'>, customer: CustomerKey): ShownEncryption {
  return { mode: stored.mode, cipher: stored.cipher, customerKeyMd5: customer.md5 }
}

function factsOf(sealId: Uint8Array): EnvelopeFacts {
  return { source: 'customer-key', layer: INNER_LAYER, sealId }
}
