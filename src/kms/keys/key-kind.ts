import {
  isHmacSpec,
  isPairSpec,
  MAC_ALGORITHM_OF,
  refuse,
  SIGNING_ALGORITHMS_OF,
  usagesOf,
  type KeySpec,
  type KeyUsage,
} from '../../operations/index.ts'
import { keyArn, type KeyRecord } from './key-record.ts'
import type { KeyStore } from '../stores/key-store.ts'

/** What a new key is to be, as far as the caller says it. */
export interface WantedKind {
  readonly spec?: KeySpec
  readonly usage?: KeyUsage
  readonly origin?: 'coffer' | 'external'
}

type Kind = Pick<KeyRecord, 'spec' | 'usage' | 'origin'>

/** The kind of a new key. Refused: what does not go together, and what this key store cannot hold. */
export function demandKind(store: KeyStore, wanted: WantedKind): Kind {
  const { spec = 'SYMMETRIC_DEFAULT', origin = 'coffer' } = wanted
  if (wanted.usage === undefined && spec !== 'SYMMETRIC_DEFAULT') {
    const detail = 'a key that is not for symmetric encryption says what it is for'
    return refuse({ kind: 'invalid-argument', argument: 'KeyUsage', detail })
  }
  const usage = wanted.usage ?? 'ENCRYPT_DECRYPT'
  if (spec.startsWith('RSA_') && usage === 'ENCRYPT_DECRYPT') {
    return refuse({ kind: 'unsupported-operation', detail: 'encryption under RSA keys' })
  }
  if (!usagesOf(spec).includes(usage)) {
    return refuse({ kind: 'invalid-argument', argument: 'KeyUsage', detail: `${usage} does not go with ${spec}` })
  }
  demandStore(store, spec, origin)
  return { spec, usage, origin }
}

function demandStore(store: KeyStore, spec: KeySpec, origin: Kind['origin']): void {
  const cannot = (what: string): never => refuse({ kind: 'unsupported-operation', detail: `${what} in this key store` })
  if (isHmacSpec(spec) && store.macs === undefined) return cannot('HMAC keys')
  if (isPairSpec(spec) && store.pairs === undefined) return cannot('key pairs')
  if (origin === 'coffer') return
  if (store.imports === undefined) return cannot('imported material')
  if (isPairSpec(spec)) refuse({ kind: 'unsupported-operation', detail: 'imported key pairs' })
}

/** Refuses a use that the key is not for. `operation`: as KMS calls it. */
export function demandUsage(record: KeyRecord, usage: KeyUsage, operation: string): void {
  if (record.usage === usage) return
  const detail = `key usage is ${record.usage} which is not valid for ${operation}.`
  refuse({ kind: 'key-invalid-usage', key: keyArn(record), detail })
}

/** Refuses an algorithm that is not the key's. Nothing said: the key's own. */
export function demandAlgorithm(record: KeyRecord, algorithm: string | undefined): void {
  if (algorithm === undefined || algorithmsOf(record).includes(algorithm)) return
  const detail = `Algorithm ${algorithm} is incompatible with key spec ${record.spec}.`
  refuse({ kind: 'key-invalid-usage', key: keyArn(record), detail })
}

function algorithmsOf({ spec }: KeyRecord): readonly string[] {
  if (isHmacSpec(spec)) return [MAC_ALGORITHM_OF[spec]]
  return isPairSpec(spec) ? SIGNING_ALGORITHMS_OF[spec] : [spec]
}

/** Refuses what only keys have whose material comes from outside. */
export function demandExternal(record: KeyRecord): void {
  if (record.origin === 'external') return
  const detail = `${keyArn(record)} origin is AWS_KMS which is not valid for this operation.`
  refuse({ kind: 'unsupported-operation', detail })
}

/** Refuses what only keys for symmetric encryption have: several versions, a schedule. */
export function demandSymmetric(record: KeyRecord): void {
  if (record.spec === 'SYMMETRIC_DEFAULT') return
  refuse({ kind: 'unsupported-operation', detail: `not for keys of spec ${record.spec}` })
}
