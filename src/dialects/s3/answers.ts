/** What many answers have in common. */
import { formatHttpDate, type HttpResponse } from '../../http/index.ts'
import type { AccountId, Checksum, EncryptionMode, ShownEncryption, VersionId } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { element, parent, xmlDocument } from '../xml-writer.ts'
import { ALGORITHMS, CHECKSUM_ELEMENTS, shownChecksum, shownChecksumType } from './checksum-headers.ts'
import { CUSTOMER_ALGORITHM, SSE, SSE_BUCKET_KEY, SSE_CONTEXT, SSE_KEY_ID } from './encryption-headers.ts'
import { shownContext } from '../encryption-context.ts'
import { S3_NAMESPACE } from './options.ts'

export type Headers = readonly (readonly [name: string, value: string])[]

/** An answer with the request's id, which every answer has. */
export function respond(
  context: AnswerContext,
  status: number,
  headers: Headers = [],
  body?: HttpResponse['body'],
): HttpResponse {
  const { requestId } = context
  const shown: (readonly [string, string])[] = [
    ['x-amz-request-id', requestId],
    ['x-amz-id-2', requestId],
  ]
  if (context.charged === true) shown.push(['x-amz-request-charged', 'requester'])
  for (const header of headers) shown.push(header)
  return body === undefined ? { status, headers: shown } : { status, headers: shown, body }
}

/** 200 with a document under S3's namespace. */
export function respondXml(
  context: AnswerContext,
  root: string,
  children: readonly string[],
  headers: Headers = [],
): HttpResponse {
  return respond(context, 200, [...headers, XML_TYPE], xmlDocument(root, S3_NAMESPACE, ...children))
}

export const XML_TYPE = ['Content-Type', 'application/xml'] as const

const SSE_VALUES: Readonly<Record<Exclude<EncryptionMode, 'sse-c'>, string>> = {
  // S3 knows no object that is not encrypted, and on the disk there is none.
  none: 'AES256',
  'sse-s3': 'AES256',
  'sse-kms': 'aws:kms',
  'dsse-kms': 'aws:kms:dsse',
}

/**
 * The encryption headers of an answer (spec 4.2). The client's context is shown on writes only; the answer to a completion
 * (`complete`) has nothing of a customer's key.
 */
export function encryptionHeaders(shown: ShownEncryption, on: 'write' | 'read' | 'complete'): Headers {
  if (shown.mode === 'sse-c') {
    if (on === 'complete') return []
    const md5 = shown.customerKeyMd5
    return [
      [CUSTOMER_ALGORITHM, 'AES256'],
      ...(md5 === undefined ? [] : [['x-amz-server-side-encryption-customer-key-MD5', md5] as const]),
    ]
  }
  const headers: (readonly [string, string])[] = [[SSE, SSE_VALUES[shown.mode]]]
  if (shown.keyArn !== undefined) headers.push([SSE_KEY_ID, shown.keyArn])
  if (shown.bucketKey === true) headers.push([SSE_BUCKET_KEY, 'true'])
  if (on === 'write' && shown.context !== undefined) headers.push([SSE_CONTEXT, shownContext(shown.context)])
  return headers
}

export function checksumHeaders(checksums: readonly Checksum[], types: 'with-type' | 'values-only'): Headers {
  const headers: (readonly [string, string])[] = checksums.map((checksum) => [
    `x-amz-checksum-${checksum.algorithm}`,
    shownChecksum(checksum),
  ])
  const [first] = checksums
  if (first !== undefined && types === 'with-type') headers.push(['x-amz-checksum-type', shownChecksumType(first.type)])
  return headers
}

/** `<ChecksumCRC32>...` and its siblings, and the type where the document has one. */
export function checksumElements(
  checksums: readonly Checksum[],
  types: 'with-type' | 'values-only',
): readonly string[] {
  const values = ALGORITHMS.flatMap((algorithm) =>
    checksums
      .filter((checksum) => checksum.algorithm === algorithm)
      .map((checksum) => element(CHECKSUM_ELEMENTS[algorithm], shownChecksum(checksum))),
  )
  const [first] = checksums
  if (first === undefined || types === 'values-only') return values
  return [...values, element('ChecksumType', shownChecksumType(first.type))]
}

export function versionHeader(versionId: VersionId | undefined): Headers {
  return versionId === undefined ? [] : [['x-amz-version-id', versionId]]
}

export function etagHeader(etag: string): readonly [string, string] {
  return ['ETag', `"${etag}"`]
}

export function lastModifiedHeader(timeMs: number): readonly [string, string] {
  return ['Last-Modified', formatHttpDate(timeMs)]
}

const CANONICAL_ID_CHARACTERS = 64

/** The 64 hexadecimal digits by which S3 names an account: its twelve, with zeros before them. */
export function canonicalIdOf(account: AccountId): string {
  return account.padStart(CANONICAL_ID_CHARACTERS, '0')
}

/** `<Owner>` or `<Initiator>`; nothing where the account is not known. */
export function ownerElement(name: 'Owner' | 'Initiator', context: AnswerContext): string {
  const { account } = context
  if (account === undefined) return ''
  return parent(name, element('ID', canonicalIdOf(account)), element('DisplayName', account))
}
