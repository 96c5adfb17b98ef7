import { refuse, type AccountId, type Awaitable } from '../../operations/index.ts'
import {
  bindPrincipals,
  parsePolicy,
  type NamedPolicy,
  type PolicyDocument,
  type PrincipalEntry,
} from '../../policy/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import type { Key, Row } from '../../storage/index.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { keyArn, type KeyRecord } from '../keys/key-record.ts'

/** A key policy: its text byte for byte, and what it says. */
export interface KeyPolicy {
  readonly text: string
  readonly document: PolicyDocument
}

/**
 * Whom the names in a policy meant when it was put: unique ids by ARN, accounts by canonical id. A name that somebody
 * else has later is not meant.
 */
export type BoundNames = Readonly<Record<string, string>>

/** Finds out whom a policy names; refuses `malformed-policy` for what does not exist (the directory's). */
export type FindPrincipals = (document: PolicyDocument) => Awaitable<BoundNames>

const OPENED = 2_000
const FORMAT = Uint8Array.of(1)

/** The policies of keys, each read once for each revision of its row. */
export class KeyPolicies {
  readonly #records: RecordSealer
  readonly #region: string
  readonly #opened = new BoundedCache<{ readonly revision: string; readonly policy: KeyPolicy }>(OPENED)
  readonly #ownPolicies = new BoundedCache<KeyPolicy>(OPENED)

  constructor(records: RecordSealer, region: string) {
    this.#records = records
    this.#region = region
  }

  /** `row`: the row of the key's policy as it is now. */
  of(record: KeyRecord, row: Row | undefined): NamedPolicy & KeyPolicy {
    return { name: `key policy of ${keyArn(record)}`, ...this.#policyOf(record, row) }
  }

  #policyOf({ uid, account, manager }: KeyRecord, row: Row | undefined): KeyPolicy {
    if (row === undefined || manager === 'coffer') return this.#ownPolicy(account, manager)
    const known = this.#opened.get(uid)
    if (known?.revision === row.revision) return known.policy
    const policy = openKeyPolicy(this.#records, row)
    this.#opened.set(uid, { revision: row.revision, policy })
    return policy
  }

  #ownPolicy(account: AccountId, manager: KeyRecord['manager']): KeyPolicy {
    const name = `${manager} ${account}`
    const known = this.#ownPolicies.get(name)
    if (known !== undefined) return known
    const text = manager === 'coffer' ? managedKeyPolicy(account, this.#region) : defaultKeyPolicy(account)
    const policy = { text, document: parsePolicy('aws', 'key', text) }
    this.#ownPolicies.set(name, policy)
    return policy
  }
}

/** A policy that may be put. */
export interface ReadKeyPolicy extends KeyPolicy {
  readonly bound: BoundNames
}

/** A policy as somebody puts it: read strictly, its principals bound to whom they name now. */
export async function readKeyPolicy(text: string, find: FindPrincipals): Promise<ReadKeyPolicy> {
  const document = parsePolicy('aws', 'key', text)
  const bound = await find(document)
  return { text, document: bind(document, bound), bound }
}

function bind(document: PolicyDocument, bound: BoundNames): PolicyDocument {
  const found = new Map(Object.entries(bound))
  return bindPrincipals(document, (entry): PrincipalEntry => {
    switch (entry.kind) {
      case 'principal': {
        const id = found.get(entry.arn)
        return id === undefined ? entry : { ...entry, id }
      }
      case 'canonical-user': {
        const account = found.get(entry.id)
        return account === undefined ? entry : { kind: 'account', account }
      }
      case 'account':
      case 'everyone':
      case 'service':
        return entry
    }
  })
}

export function sealKeyPolicy(
  records: RecordSealer,
  rowKey: Key,
  { text, bound }: { readonly text: string; readonly bound: BoundNames },
): Buffer {
  return records.seal({ rowKey, clear: FORMAT, secret: Buffer.from(JSON.stringify({ text, bound })) })
}

function openKeyPolicy(records: RecordSealer, row: Pick<Row, 'key' | 'value'>): KeyPolicy {
  const { clear, secret } = records.open(row.key, row.value)
  const value: unknown = JSON.parse(Buffer.from(secret).toString())
  if (clear.length !== 1 || clear[0] !== FORMAT[0] || !isStored(value)) {
    return refuse({ kind: 'integrity', what: 'policy of a key' })
  }
  const { text, bound } = value
  return { text, document: bind(parsePolicy('aws', 'key', text), bound) }
}

/** The record authenticated: this tells program versions apart, not attackers. */
function isStored(value: unknown): value is { readonly text: string; readonly bound: BoundNames } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'bound' in value &&
    typeof value.bound === 'object' &&
    value.bound !== null &&
    Object.values(value.bound).every((one) => typeof one === 'string')
  )
}

/** What a key has whose creator said nothing: the account's own policies decide (KMS developer guide, "Default key policy"). */
export function defaultKeyPolicy(account: AccountId): string {
  return policyText('key-default-1', [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ])
}

/** Managed keys serve everybody of their account, by way of the object store only, and nobody changes them. */
function managedKeyPolicy(account: AccountId, region: string): string {
  return policyText('auto-s3-1', [
    {
      Sid: 'Allow use through the object store for all principals of the account',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `s3.${region}.amazonaws.com` },
      },
    },
    {
      Sid: 'Allow direct access to key metadata to the account',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
      Resource: '*',
    },
  ])
}

function policyText(id: string, statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: id, Statement: statements }, undefined, 2)
}
