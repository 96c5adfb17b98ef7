import type { Awaitable, Scheme } from '../../operations/index.ts'
import type { Verification } from '../authenticate.ts'
import type { Claimed, CredentialCheck } from '../credential-check.ts'
import type { Credential } from '../verified.ts'
import type { Uncovered } from './form-conditions.ts'
import type { FormPolicy } from './form-policy.ts'

/** Who a form says it is from. Dates and scope were looked at when it was read; the secret was not. */
export interface FormClaim {
  readonly scheme: Scheme
  readonly accessKeyId: string
  /** The text of the policy, which is what most schemes sign. */
  readonly policy: string
  /** The policy may not live longer than this from now on. */
  readonly maxSeconds: number
  /** Conditions that the policy has to hold, in lower case. */
  readonly required: readonly string[]
  readonly prove: (check: CredentialCheck, claimed: Claimed, policy: FormPolicy) => Awaitable<Credential>
}

export type FormFields = ReadonlyMap<string, string>

/** What is one vendor's own about its forms. */
export interface FormRules {
  /** Reads the fields that say who asks. Names in lower case; one that is missing is refused. */
  readonly claim: (fields: FormFields, mechanism: FormMechanism, verification: Verification) => FormClaim
  /** Fields that no decoder sees, in lower case. */
  readonly ofSignature: ReadonlySet<string>
  readonly token: string
  readonly uncovered: (name: string) => Uncovered
  /** Fields in which `${filename}` stands for the file's name. */
  readonly filled: 'key' | 'every'
  /** Names that policies have for fields of another name. */
  readonly aliases?: ReadonlyMap<string, string>
  /** The type that the file's own part names comes before the field's (OSS). */
  readonly fileType?: true
  /** A field without a value is none (COS). */
  readonly emptyIsAbsent?: true
}

/** What signs a form. */
export type FormMechanism = 'sigv4' | 'sigv2' | 'oss-v1' | 'oss-v4' | 'obs' | 'cos'
