/** Values of a request for the conditions of policies, in the canonical spelling (T-072). */
import type { OssRequest } from './oss-request.ts'
import { parseTaggingHeader } from './tags.ts'

/** Condition keys, without `s3:`, and the header that they are about. */
const HEADERS: ReadonlyMap<string, string> = new Map([
  ['x-amz-copy-source', 'x-oss-copy-source'],
  ['x-amz-metadata-directive', 'x-oss-metadata-directive'],
  ['x-amz-storage-class', 'x-oss-storage-class'],
  ['x-amz-content-sha256', 'x-oss-content-sha256'],
  ['x-amz-server-side-encryption', 'x-oss-server-side-encryption'],
  ['x-amz-server-side-encryption-aws-kms-key-id', 'x-oss-server-side-encryption-key-id'],
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
export function conditionValues(request: OssRequest, key: string): readonly string[] | undefined {
  if (!key.startsWith(OWN)) return undefined
  const name = key.slice(OWN.length)
  const { headers } = request.view
  if (name === 'x-amz-acl') return listOf(headers.get('x-oss-object-acl') ?? headers.get('x-oss-acl'))
  if (name === 'x-amz-server-side-encryption') return listOf(canonicalMethod(headers.get(HEADERS.get(name) ?? '')))
  const parameter = PARAMETERS.get(name)
  if (parameter !== undefined) return listOf(request.query.get(parameter)?.value)
  const header = HEADERS.get(name)
  if (header !== undefined) return listOf(headers.get(header))
  const tagging = headers.get('x-oss-tagging')
  if (tagging === undefined) return undefined
  if (name === 'requestobjecttagkeys') return parseTaggingHeader(tagging).map(([tag]) => tag)
  if (!name.startsWith(REQUEST_TAG)) return undefined
  const wanted = name.slice(REQUEST_TAG.length)
  // Names of condition keys are told apart without case: of tags that differ in nothing else, the first one counts.
  const found = parseTaggingHeader(tagging).find(([tag]) => tag.toLowerCase() === wanted)
  return listOf(found?.[1])
}

function canonicalMethod(method: string | undefined): string | undefined {
  return method === 'KMS' ? 'aws:kms' : method
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value]
}
