import { COPY_SOURCE, parseCopySource } from './copy-source.ts'
import type { CosRequest } from './cos-request.ts'
import { parseTaggingHeader } from './tags.ts'

/*
 * What a request says, for conditions of policies: asked for by S3's names, which all four languages are read into, and
 * answered in S3's words (T-072). Only what was sent: a default of the bucket is no value here.
 */

/** Headers that say the same in both vendors' words, by what follows `x-amz-` and `x-cos-`. */
const HEADERS: ReadonlyMap<string, string> = new Map([
  ...[
    ...['acl', 'storage-class', 'server-side-encryption-customer-algorithm'],
    ...['grant-read', 'grant-write', 'grant-read-acp', 'grant-write-acp', 'grant-full-control'],
  ].map((name) => [name, `x-cos-${name}`] as const),
  ['server-side-encryption-aws-kms-key-id', 'x-cos-server-side-encryption-cos-kms-key-id'],
])
const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['prefix', 'prefix'],
  ['delimiter', 'delimiter'],
  ['max-keys', 'max-keys'],
  ['versionid', 'versionid'],
])
const OTHER_HEADERS: ReadonlyMap<string, string> = new Map([
  ['if-match', 'if-match'],
  ['if-none-match', 'if-none-match'],
])
const OWN = 's3:'
const VENDOR = 'x-amz-'
const REQUEST_TAG = 'requestobjecttag/'

/** The values of `key` (lower case, `s3:...`) in this request; undefined: it says nothing of it. */
export function conditionValues(request: CosRequest, key: string): readonly string[] | undefined {
  if (!key.startsWith(OWN)) return undefined
  const name = key.slice(OWN.length)
  const { headers } = request.view
  const parameter = PARAMETERS.get(name)
  if (parameter !== undefined) return listOf(request.query.get(parameter))
  if (name.startsWith(VENDOR)) return ofHeader(request, name.slice(VENDOR.length))
  const header = OTHER_HEADERS.get(name)
  if (header !== undefined) return listOf(headers.get(header))
  const tagging = headers.get('x-cos-tagging')
  if (tagging === undefined) return undefined
  if (name === 'requestobjecttagkeys') return parseTaggingHeader(tagging).map(([tag]) => tag)
  if (!name.startsWith(REQUEST_TAG)) return undefined
  const wanted = name.slice(REQUEST_TAG.length)
  return listOf(parseTaggingHeader(tagging).find(([tag]) => tag.toLowerCase() === wanted)?.[1])
}

function ofHeader({ view: { headers } }: CosRequest, name: string): readonly string[] | undefined {
  switch (name) {
    case 'server-side-encryption': {
      const value = headers.get('x-cos-server-side-encryption')
      return listOf(value === 'cos/kms' ? 'aws:kms' : value)
    }
    case 'metadata-directive': {
      const value = headers.get('x-cos-metadata-directive')?.toLowerCase()
      return listOf(value === 'replaced' ? 'REPLACE' : value?.toUpperCase())
    }
    case 'copy-source': {
      const text = headers.get(COPY_SOURCE)
      if (text === undefined) return undefined
      const { bucket, key, versionId } = parseCopySource(text)
      return [`${bucket}/${key}${versionId === undefined ? '' : `?versionId=${versionId}`}`]
    }
    default: {
      const header = HEADERS.get(name)
      return header === undefined ? undefined : listOf(headers.get(header))
    }
  }
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value]
}
