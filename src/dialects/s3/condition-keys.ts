import { parseTaggingHeader } from './tags.ts'
import type { S3Request } from './s3-request.ts'

/*
 * What a request says, for conditions of policies, by S3's own names for it (Service Authorization Reference, "Condition
 * keys for Amazon S3"). Only what was sent: a default of the bucket is no value here.
 */

/** Condition keys that are named as the header is. */
const HEADER_KEYS: ReadonlySet<string> = new Set([
  ...['x-amz-acl', 'x-amz-copy-source', 'x-amz-metadata-directive', 'x-amz-storage-class', 'x-amz-content-sha256'],
  ...['x-amz-grant-read', 'x-amz-grant-write', 'x-amz-grant-read-acp', 'x-amz-grant-write-acp'],
  ...['x-amz-grant-full-control', 'x-amz-object-ownership', 'x-amz-website-redirect-location'],
  ...['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'],
  'x-amz-server-side-encryption-customer-algorithm',
])
/** Condition keys and the header or query parameter that they are about. */
const OTHER_HEADERS: ReadonlyMap<string, string> = new Map([
  ['if-match', 'if-match'],
  ['if-none-match', 'if-none-match'],
  ['object-lock-mode', 'x-amz-object-lock-mode'],
  ['object-lock-retain-until-date', 'x-amz-object-lock-retain-until-date'],
  ['object-lock-legal-hold', 'x-amz-object-lock-legal-hold'],
])
const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['prefix', 'prefix'],
  ['delimiter', 'delimiter'],
  ['max-keys', 'max-keys'],
  ['versionid', 'versionId'],
])
const OWN = 's3:'
const REQUEST_TAG = 'requestobjecttag/'

/** The values of `key` (lower case, `s3:...`) in this request; undefined: it says nothing of it. */
export function conditionValues(request: S3Request, key: string): readonly string[] | undefined {
  if (!key.startsWith(OWN)) return undefined
  const name = key.slice(OWN.length)
  const parameter = PARAMETERS.get(name)
  if (parameter !== undefined) return listOf(request.query.get(parameter)?.value)
  const { headers } = request.view
  if (HEADER_KEYS.has(name)) return listOf(headers.get(name))
  const header = OTHER_HEADERS.get(name)
  if (header !== undefined) return listOf(headers.get(header))
  const tagging = headers.get('x-amz-tagging')
  if (tagging === undefined) return undefined
  if (name === 'requestobjecttagkeys') return parseTaggingHeader(tagging).map(([tag]) => tag)
  if (!name.startsWith(REQUEST_TAG)) return undefined
  const wanted = name.slice(REQUEST_TAG.length)
  // Names of condition keys are told apart without case: of tags that differ in nothing else, the first one counts.
  const found = parseTaggingHeader(tagging).find(([tag]) => tag.toLowerCase() === wanted)
  return listOf(found?.[1])
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value]
}
