import { parseTaggingHeader } from './tags.ts'
import type { ObsRequest } from './obs-request.ts'

/*
 * What a request says, for conditions of policies, in the spelling that all dialects have in common (T-072): a rule that
 * is written about S3's header holds for OBS's, and the other way round. Only what was sent: a default is no value here.
 */

const OWN = 's3:'
const AMZ = 'x-amz-'
const SSE = 'server-side-encryption'

const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['prefix', 'prefix'],
  ['delimiter', 'delimiter'],
  ['max-keys', 'max-keys'],
  ['versionid', 'versionId'],
])
/** Canonical keys and OBS's headers, where they are not the same after the vendor's beginning. */
const HEADERS: ReadonlyMap<string, string> = new Map([
  [`${AMZ}${SSE}-aws-kms-key-id`, `x-obs-${SSE}-kms-key-id`],
  ['if-match', 'if-match'],
  ['if-none-match', 'if-none-match'],
  ['object-lock-mode', 'x-obs-object-lock-mode'],
  ['object-lock-retain-until-date', 'x-obs-object-lock-retain-until-date'],
])
const SAME: ReadonlySet<string> = new Set([
  ...['acl', 'copy-source', 'metadata-directive', 'storage-class', SSE, `${SSE}-customer-algorithm`],
  ...['grant-read', 'grant-write', 'grant-read-acp', 'grant-write-acp', 'grant-full-control'],
  'website-redirect-location',
])
const REQUEST_TAG = 'requestobjecttag/'

/** The values of `key` (lower case, `s3:...`) in this request; undefined: it says nothing of it. */
export function conditionValues(request: ObsRequest, key: string): readonly string[] | undefined {
  if (!key.startsWith(OWN)) return undefined
  const name = key.slice(OWN.length)
  const parameter = PARAMETERS.get(name)
  if (parameter !== undefined) return listOf(request.query.get(parameter)?.value)
  const header = headerOf(name)
  if (header !== undefined) {
    const value = request.headers.get(header)
    return listOf(name === `${AMZ}${SSE}` && value === 'kms' ? 'aws:kms' : value)
  }
  return tagValues(request.headers.get('x-obs-tagging'), name)
}

function headerOf(name: string): string | undefined {
  const rest = name.startsWith(AMZ) ? name.slice(AMZ.length) : undefined
  return HEADERS.get(name) ?? (rest !== undefined && SAME.has(rest) ? `x-obs-${rest}` : undefined)
}

function tagValues(tagging: string | undefined, name: string): readonly string[] | undefined {
  if (tagging === undefined) return undefined
  if (name === 'requestobjecttagkeys') return parseTaggingHeader(tagging).map(([tag]) => tag)
  if (!name.startsWith(REQUEST_TAG)) return undefined
  const wanted = name.slice(REQUEST_TAG.length)
  return listOf(parseTaggingHeader(tagging).find(([tag]) => tag.toLowerCase() === wanted)?.[1])
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value]
}
