/** What many answers have in common. */
import { formatHttpDate, type HttpResponse } from '../../http/index.ts'
import type { AccountId, ObjectDescription, VersionId } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { element, parent, xmlDocument } from '../xml-writer.ts'

export type Headers = readonly (readonly [name: string, value: string])[]

/** An answer with the headers that every answer has. */
export function respond(
  context: AnswerContext,
  status: number,
  headers: Headers = [],
  body?: HttpResponse['body'],
): HttpResponse {
  const shown: (readonly [string, string])[] = [...everyAnswer(context)]
  for (const header of headers) shown.push(header)
  return body === undefined ? { status, headers: shown } : { status, headers: shown, body }
}

export function everyAnswer({ requestId }: Pick<AnswerContext, 'requestId'>): Headers {
  return [
    ['x-oss-request-id', requestId],
    ['Server', 'AliyunOSS'],
  ]
}

export const XML_TYPE = ['Content-Type', 'application/xml'] as const

/** 200 with a document: no namespace, which some clients cannot read. */
export function respondXml(
  context: AnswerContext,
  root: string,
  children: readonly string[],
  headers: Headers = [],
): HttpResponse {
  return respond(context, 200, [...headers, XML_TYPE], xmlDocument(root, undefined, ...children))
}

/** OSS writes digits above 9 as capitals. */
export function shownEtag(etag: string): string {
  return `"${etag.toUpperCase()}"`
}

export function etagHeader(etag: string): readonly [string, string] {
  return ['ETag', shownEtag(etag)]
}

export function lastModifiedHeader(timeMs: number): readonly [string, string] {
  return ['Last-Modified', formatHttpDate(timeMs)]
}

export function versionHeader(versionId: VersionId | undefined): Headers {
  return versionId === undefined ? [] : [['x-oss-version-id', versionId]]
}

/** CRC-64 of the whole object, in decimal digits without a sign. */
export function crcHeader(crc64: bigint | undefined): Headers {
  return crc64 === undefined ? [] : [['x-oss-hash-crc64ecma', crc64.toString()]]
}

/** `Content-MD5` of an object whose ETag is the MD5 of its bytes. */
export function md5Header(
  object: Pick<ObjectDescription, 'etag' | 'encryption' | 'partsCount' | 'appendable'>,
): Headers {
  const { mode } = object.encryption
  const hasMd5 = (mode === 'none' || mode === 'sse-s3') && object.partsCount === undefined && object.appendable !== true
  if (!hasMd5 || !/^[0-9a-f]{32}$/.test(object.etag)) return []
  return [['Content-MD5', Buffer.from(object.etag, 'hex').toString('base64')]]
}

export function objectType(object: Pick<ObjectDescription, 'appendable' | 'partsCount' | 'bySymlink'>): string {
  if (object.bySymlink === true) return 'Symlink'
  if (object.appendable === true) return 'Appendable'
  return object.partsCount === undefined ? 'Normal' : 'Multipart'
}

/** `<Owner>`: the account, by its digits. */
export function ownerElement(account: AccountId | undefined): string {
  const id = account ?? ''
  return parent('Owner', element('ID', id), element('DisplayName', id))
}
