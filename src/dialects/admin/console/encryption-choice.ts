import {
  isJsonObject,
  parseStrictJson,
  type EncryptionRequest,
  type EncryptionRule,
} from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { fieldsOf, type Fields } from '../fields.ts'
import { badArgument } from '../target.ts'
import type { VocabularyName } from './wire.ts'

const MODES = ['none', 'sse-s3', 'sse-kms', 'dsse-kms'] as const
const CIPHERS = ['aes-256', 'sm4'] as const

type Rule = NonNullable<EncryptionRule['rule']>

interface Choice {
  readonly mode: Rule['mode']
  readonly cipher: Rule['cipher'] | undefined
  readonly key: string | undefined
  readonly bucketKey: boolean | undefined
}

function choiceOf(body: Fields): Choice | undefined {
  const mode = body.optionalWord('mode', MODES)
  const cipher = body.optionalWord('cipher', CIPHERS)
  const key = body.optionalText('key')
  const bucketKey = body.optionalFlag('bucketKey')
  if (mode === undefined) {
    if (cipher !== undefined || key !== undefined || bucketKey !== undefined) badArgument('mode', 'is missing')
    return undefined
  }
  if (key !== undefined && (mode === 'none' || mode === 'sse-s3')) badArgument('key', `does not go with ${mode}`)
  if (key === '') badArgument('key', 'is empty')
  return { mode, cipher, key, bucketKey }
}

/** A bucket's default, as a page chose it. */
export function ruleOf(body: Fields): Rule | undefined {
  const choice = choiceOf(body)
  if (choice === undefined) return undefined
  const { mode, cipher, key, bucketKey } = choice
  return { mode, cipher: cipher ?? 'aes-256', bucketKey: bucketKey ?? false, ...present({ key }) }
}

/** The body of `PUT encryption`: a rule, or the block list alone, or both. */
export function changeOf(body: Fields): EncryptionRule {
  const rule = ruleOf(body)
  const blocked = body.optionalWord('blocked', ['none', 'sse-c'])
  if (rule === undefined && blocked === undefined) badArgument('mode', 'is missing')
  return present({ rule, blocked })
}

/** What an upload or a copy is to be encrypted with; nothing: as the bucket says. */
export function requestOf(body: Fields | undefined): EncryptionRequest {
  const choice = body === undefined ? undefined : choiceOf(body)
  body?.end()
  if (choice === undefined) return { kind: 'default' }
  const { mode, cipher, key, bucketKey } = choice
  // A single object that is to be less protected than its bucket says is no choice of any vendor's page.
  if (mode === 'none') return badArgument('mode', 'is not chosen for one object: it is as the bucket says')
  if (mode === 'sse-s3') {
    if (bucketKey !== undefined) badArgument('bucketKey', 'does not go with sse-s3')
    return { kind: 'sse-s3', ...present({ cipher }) }
  }
  return { kind: mode, ...present({ key, bucketKey, cipher }) }
}

/** `X-Coffer-Encryption`: the same, as a header. */
export function requestOfHeader(text: string | undefined): EncryptionRequest {
  if (text === undefined) return { kind: 'default' }
  const value = parseStrictJson(Buffer.from(text, 'latin1'))
  if (!isJsonObject(value)) return badArgument('x-coffer-encryption', 'must be an object')
  return requestOf(fieldsOf(value, 'x-coffer-encryption'))
}

/** A default that nobody could write under is refused by these vendors, and taken by S3 (S3-16, OSS-35). */
export function looksFirst(vocabulary: VocabularyName): true | undefined {
  return vocabulary === 's3' ? undefined : true
}
