import { createHash } from 'node:crypto'
import {
  parseAccountId,
  refuse,
  type AccountId,
  type EncryptionContext,
  type GrantConstraints,
  type GrantOperation,
  type GrantParty,
  type ShownGrant,
} from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import type { Row } from '../../storage/index.ts'
import { grantRow } from '../kms-rows.ts'

/** A party of a grant, and whom it means for ever: a unique id, whoever has the name later. */
export interface BoundParty {
  readonly party: GrantParty
  /** `AIDA...`, `AROA...`, `AROA...:session`, `root <account>`, `service <name>`; an ARN where there is no directory. */
  readonly means: string
}

/** What a grant allows, to whom, and under which constraints. */
export interface GrantTerms {
  readonly grantee: BoundParty
  readonly retiring?: BoundParty
  readonly operations: readonly GrantOperation[]
  readonly constraints?: GrantConstraints
  readonly name?: string
  readonly issuer: AccountId
}

/** A grant as it is stored, sealed, in `grant/<uid>/<grantId>`. */
export interface GrantRecord extends GrantTerms {
  readonly grantId: string
  readonly createdMs: number
  /** 32 hexadecimal digits: its tokens name it, so that those of a former grant of the same id are none of it. */
  readonly nonce: string
}

const FORMAT = Uint8Array.of(1)
const HALF_DIGITS = 32

/** 32 hexadecimal digits that stand for a party. */
export function partyHash(means: string): string {
  return createHash('sha256').update(`coffer/grant-party/v1\0${means}`).digest('hex').slice(0, HALF_DIGITS)
}

/** Of a named grant the same for the same terms, so that asking again makes no second one; else random. */
export function grantIdFor(terms: GrantTerms): string {
  const rest =
    terms.name === undefined
      ? randomBytes(HALF_DIGITS / 2).toString('hex')
      : createHash('sha256')
          .update(`coffer/grant-terms/v1\0${canonical(terms)}`)
          .digest('hex')
          .slice(0, HALF_DIGITS)
  return `${partyHash(terms.grantee.means)}${rest}`
}

function canonical({ grantee, retiring, operations, constraints = {}, name, issuer }: GrantTerms): string {
  const pairs = (context: EncryptionContext | undefined): unknown =>
    context === undefined ? null : Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1))
  const { contextEquals, contextSubset, sourceArn } = constraints
  const parties = [grantee.means, retiring?.means ?? null]
  return JSON.stringify([
    parties,
    [...operations].sort(),
    pairs(contextEquals),
    pairs(contextSubset),
    sourceArn,
    name,
    issuer,
  ])
}

export function sealGrant(records: RecordSealer, uid: string, grant: GrantRecord): Buffer {
  return records.seal({
    rowKey: grantRow(uid, grant.grantId),
    clear: FORMAT,
    secret: Buffer.from(JSON.stringify(grant)),
  })
}

/** Throws `integrity` for a row that does not authenticate or holds no grant. */
export function openGrant(records: RecordSealer, row: Pick<Row, 'key' | 'value'>): GrantRecord {
  const { clear, secret } = records.open(row.key, row.value)
  const value: unknown = JSON.parse(Buffer.from(secret).toString())
  if (clear.length !== 1 || clear[0] !== FORMAT[0] || !isGrant(value)) {
    return refuse({ kind: 'integrity', what: 'grant' })
  }
  return value
}

/** The record authenticated: this tells program versions apart, not attackers. */
function isGrant(value: unknown): value is GrantRecord {
  if (typeof value !== 'object' || value === null) return false
  if (!('grantId' in value && 'nonce' in value && 'grantee' in value && 'operations' in value && 'issuer' in value)) {
    return false
  }
  const { grantId, nonce, operations, issuer } = value
  return (
    typeof grantId === 'string' &&
    typeof nonce === 'string' &&
    Array.isArray(operations) &&
    typeof issuer === 'string' &&
    parseAccountId(issuer) !== undefined
  )
}

export function shownGrant(keyArn: string, grant: GrantRecord): ShownGrant {
  const { grantId, createdMs, issuer, operations, grantee, retiring, name, constraints } = grant
  return {
    ...{ keyArn, grantId, createdMs, issuer, operations },
    grantee: grantee.party,
    ...(name === undefined ? {} : { name }),
    ...(retiring === undefined ? {} : { retiring: retiring.party }),
    ...(constraints === undefined ? {} : { constraints }),
  }
}
