import { isUtf8 } from 'node:buffer'
import {
  isJsonObject,
  parseStrictJson,
  refuse,
  StoreFailure,
  type BucketName,
  type JsonObject,
} from '../operations/index.ts'
import type { Grammar, PolicyDocument, PolicyUse } from './document.ts'
import { parseAwsPolicy } from './grammars/aws.ts'
import { CAM, COS_BUCKET } from './grammars/cam.ts'
import { HUAWEI, OBS_BUCKET } from './grammars/huawei.ts'
import type { Language } from './grammars/language.ts'
import { OSS_BUCKET, RAM } from './grammars/ram.ts'
import { readStatements } from './grammars/read-statements.ts'
import { stripComments } from './grammars/strip-comments.ts'
import { POLICY_LIMITS } from './limits.ts'
import { malformed } from './policy-problem.ts'

/** What the use alone does not say. */
export interface PolicyScope {
  /** The bucket on which a bucket policy hangs: its statements may speak of no other. */
  readonly bucket?: BucketName
  /** Where an identity policy lies; it decides the limit of its size. Absent: managed. */
  readonly place?: 'user' | 'group' | 'role' | 'managed'
}

/**
 * Reads a policy as it was put. Refuses `malformed-policy` for what is none, and `policy-too-large`. A text is read in
 * the grammar that is named, never in one that it looks like (T-084).
 */
export function parsePolicy(
  grammar: Grammar,
  use: PolicyUse,
  text: Uint8Array | string,
  scope: PolicyScope = {},
): PolicyDocument {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text
  if (bytes.length > POLICY_LIMITS.textBytes)
    return refuse({ kind: 'policy-too-large', limitBytes: POLICY_LIMITS.textBytes })
  requireSize(bytes, use, scope)
  if (grammar === 'aws') return parseAwsPolicy(use, readObject(bytes), scope)
  const plain = grammar === 'ram' ? withoutComments(bytes) : bytes
  return readStatements(LANGUAGES[grammar], use, readObject(plain), scope)
}

const LANGUAGES: Readonly<Record<Exclude<Grammar, 'aws'>, Language>> = {
  ram: RAM,
  'oss-bucket': OSS_BUCKET,
  huawei: HUAWEI,
  'obs-bucket': OBS_BUCKET,
  cam: CAM,
  'cos-bucket': COS_BUCKET,
}

function withoutComments(bytes: Uint8Array): Uint8Array {
  // Bytes that are no UTF-8 are left for the strict reader to refuse.
  if (!isUtf8(bytes)) return bytes
  return Buffer.from(stripComments(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')), 'utf8')
}

function readObject(bytes: Uint8Array): JsonObject {
  const { depth: maxDepth, values: maxValues } = POLICY_LIMITS
  try {
    const value = parseStrictJson(bytes, { maxDepth, maxValues })
    return isJsonObject(value) ? value : malformed('a policy is a JSON object')
  } catch (error) {
    if (!(error instanceof StoreFailure) || error.failure.kind !== 'malformed-json') throw error
    return malformed(`the policy is not valid JSON: ${error.failure.detail}`)
  }
}

const BLANKS = [0x20, 0x09, 0x0a, 0x0d]

/** Characters that count: white space does not (IAM quotas). Of several inline policies the sum counts, for `iam` to say. */
export function policyCharacters(text: Uint8Array | string): number {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text
  let characters = 0
  for (const byte of bytes) {
    // Bytes that continue a character of UTF-8 are no characters.
    if ((byte & 0xc0) !== 0x80 && !BLANKS.includes(byte)) characters += 1
  }
  return characters
}

const IDENTITY_CHARACTERS: Readonly<Record<NonNullable<PolicyScope['place']>, number>> = {
  user: POLICY_LIMITS.userInlineCharacters,
  group: POLICY_LIMITS.groupInlineCharacters,
  role: POLICY_LIMITS.roleInlineCharacters,
  managed: POLICY_LIMITS.managedCharacters,
}

function requireSize(bytes: Uint8Array, use: PolicyUse, { place = 'managed' }: PolicyScope): void {
  const [size, limitBytes] = sizeAndLimit(bytes, use, place)
  if (size > limitBytes) refuse({ kind: 'policy-too-large', limitBytes })
}

function sizeAndLimit(
  bytes: Uint8Array,
  use: PolicyUse,
  place: NonNullable<PolicyScope['place']>,
): readonly [size: number, limit: number] {
  switch (use) {
    case 'bucket':
      return [bytes.length, POLICY_LIMITS.bucketBytes]
    case 'key':
      return [bytes.length, POLICY_LIMITS.keyBytes]
    case 'trust':
      return [policyCharacters(bytes), POLICY_LIMITS.trustCharacters]
    case 'session':
      return [policyCharacters(bytes), POLICY_LIMITS.sessionCharacters]
    case 'identity':
      return [policyCharacters(bytes), IDENTITY_CHARACTERS[place]]
  }
}
