import {
  GRANT_OPERATIONS,
  refuse,
  type EncryptionContext,
  type GrantConstraints,
  type GrantOperation,
} from '../../operations/index.ts'
import type { GrantTerms } from './grant-record.ts'
import type { KeyAsk } from '../keys/key-context.ts'
import type { KeyRecord } from '../keys/key-record.ts'

/** KMS developer guide, "Grants". */
export const MAX_CONSTRAINT_PAIRS = 8
export const MAX_CONSTRAINT_VALUE_LENGTH = 384
export const MAX_GRANT_NAME_LENGTH = 256
const NAME = /^[a-zA-Z0-9:/_-]+$/

const BOUND_USES: readonly GrantOperation[] = [
  ...(['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'] as const),
  ...(['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'] as const),
  ...(['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'] as const),
]
const ANY_KEY: readonly GrantOperation[] = ['CreateGrant', 'RetireGrant', 'DescribeKey']
const OPERATIONS: Readonly<Record<KeyRecord['usage'], readonly GrantOperation[]>> = {
  ENCRYPT_DECRYPT: [...BOUND_USES, ...ANY_KEY],
  SIGN_VERIFY: ['Sign', 'Verify', 'GetPublicKey', ...ANY_KEY],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac', ...ANY_KEY],
}

/** Refuses terms that no grant on this key can have. */
export function demandTerms(record: KeyRecord, terms: Pick<GrantTerms, 'operations' | 'constraints' | 'name'>): void {
  const { operations, constraints, name } = terms
  const invalid = (argument: string, detail: string): never => refuse({ kind: 'invalid-argument', argument, detail })
  if (operations.length === 0) invalid('Operations', 'at least one')
  const wrong = operations.find((operation) => !OPERATIONS[record.usage].includes(operation))
  if (wrong !== undefined) invalid('Operations', `${wrong} does not go with keys of usage ${record.usage}`)
  if (name !== undefined && (name.length > MAX_GRANT_NAME_LENGTH || !NAME.test(name))) {
    invalid('Name', `1 to ${MAX_GRANT_NAME_LENGTH} letters, digits and :/_-`)
  }
  for (const context of [constraints?.contextEquals, constraints?.contextSubset]) {
    if (context === undefined) continue
    if (record.usage !== 'ENCRYPT_DECRYPT') invalid('Constraints', 'only keys for encryption have a context')
    const values = Object.entries(context)
    if (values.length === 0 || values.length > MAX_CONSTRAINT_PAIRS) {
      invalid('Constraints', `1 to ${MAX_CONSTRAINT_PAIRS} pairs`)
    }
    if (values.some((pair) => pair.some((one) => one.length === 0 || one.length > MAX_CONSTRAINT_VALUE_LENGTH))) {
      invalid('Constraints', `keys and values of 1 to ${MAX_CONSTRAINT_VALUE_LENGTH} characters`)
    }
  }
}

/** What is asked, if grants can allow it at all. */
export function grantOperationOf({ action }: KeyAsk): GrantOperation | undefined {
  return GRANT_OPERATIONS.find((operation) => `kms:${operation}` === action)
}

/** Whether a grant allows this: its operations, and its constraints as far as they are about it. */
export function allows(grant: GrantTerms, operation: GrantOperation, ask: KeyAsk): boolean {
  if (!grant.operations.includes(operation)) return false
  if (operation === 'CreateGrant') return ask.grant !== undefined && isWithin(ask.grant, grant)
  const { contextEquals, contextSubset, sourceArn } = grant.constraints ?? {}
  if (sourceArn !== undefined && !(ask.extra?.['aws:sourcearn'] ?? []).includes(sourceArn)) return false
  if (!BOUND_USES.includes(operation)) return true
  const context = ask.context ?? {}
  if (contextEquals !== undefined && !isEqual(contextEquals, context)) return false
  return contextSubset === undefined || isPartOf(contextSubset, context)
}

/** Whoever grants by a grant gives no more than he has: neither operations nor fewer constraints (T-091). */
function isWithin(wanted: Pick<GrantTerms, 'operations' | 'constraints'>, own: GrantTerms): boolean {
  if (!wanted.operations.every((operation) => own.operations.includes(operation))) return false
  const { contextEquals, contextSubset, sourceArn } = own.constraints ?? {}
  const to: GrantConstraints = wanted.constraints ?? {}
  if (sourceArn !== undefined && to.sourceArn !== sourceArn) return false
  if (contextEquals !== undefined && !isEqual(contextEquals, to.contextEquals ?? {})) return false
  if (contextSubset === undefined) return true
  return [to.contextEquals, to.contextSubset].some(
    (context) => context !== undefined && isPartOf(contextSubset, context),
  )
}

function isEqual(left: EncryptionContext, right: EncryptionContext): boolean {
  return Object.keys(left).length === Object.keys(right).length && isPartOf(left, right)
}

function isPartOf(part: EncryptionContext, whole: EncryptionContext): boolean {
  return Object.entries(part).every(([name, value]) => Object.hasOwn(whole, name) && whole[name] === value)
}
