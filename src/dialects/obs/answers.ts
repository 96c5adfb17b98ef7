/** What many answers have in common. Headers in OBS's spelling; the face has the last word. */
import { formatHttpDate, type HttpResponse } from '../../http/index.ts'
import type { AccountId, ShownEncryption, VersionId } from '../../operations/index.ts'
import { element, parent, xmlDocument } from '../xml-writer.ts'
import { CUSTOMER_ALGORITHM, DATA_CIPHER, SSE, SSE_KEY_ID } from './encryption-headers.ts'
import { longKeyId } from './key-id.ts'
import type { ObsContext } from './obs-request.ts'
import { OBS_NAMESPACE } from './options.ts'

export type Headers = readonly (readonly [name: string, value: string])[]

export const XML_TYPE = ['Content-Type', 'application/xml'] as const

/** The id of the request, as the vendor's clients look for it: on successes and failures alike. */
export function requestHeaders(context: Pick<ObsContext, 'requestId'>): Headers {
  const requestId = shownRequestId(context)
  return [
    ['Server', 'OBS'],
    ['x-obs-request-id', requestId],
    ['x-obs-id-2', requestId],
  ]
}

/** 32 digits, as the vendor's: zeros before the id by which the audit log knows the request. */
export function shownRequestId({ requestId }: Pick<ObsContext, 'requestId'>): string {
  return requestId.padStart(REQUEST_ID_DIGITS, '0')
}

const REQUEST_ID_DIGITS = 32

export function respond(
  context: ObsContext,
  status: number,
  headers: Headers = [],
  body?: HttpResponse['body'],
): HttpResponse {
  const shown = [...requestHeaders(context), ...headers]
  return body === undefined ? { status, headers: shown } : { status, headers: shown, body }
}

/** 200 with a document under OBS's namespace. */
export function respondXml(
  context: ObsContext,
  root: string,
  children: readonly string[],
  headers: Headers = [],
): HttpResponse {
  return respond(context, 200, [...headers, XML_TYPE], xmlDocument(root, OBS_NAMESPACE, ...children))
}

/**
 * The encryption headers of an answer (OBS API reference, server-side encryption): none for what is not encrypted. The
 * answer to a completion (`complete`) has nothing of a customer's key.
 */
export function encryptionHeaders(shown: ShownEncryption, on: 'any' | 'complete'): Headers {
  switch (shown.mode) {
    case 'none':
      return []
    case 'sse-s3':
      // OBS has no method with SM4 and its own keys; other dialects have, and what they wrote is said as it is.
      return [[SSE, 'AES256'], ...cipherHeader(shown)]
    case 'sse-kms':
    case 'dsse-kms': {
      const cipher = cipherHeader(shown)
      const key = shown.keyArn === undefined ? [] : [[SSE_KEY_ID, longKeyId(shown.keyArn)] as const]
      return [[SSE, 'kms'], ...cipher, ...key]
    }
    case 'sse-c': {
      if (on === 'complete') return []
      const md5 = shown.customerKeyMd5
      const echoed = md5 === undefined ? [] : [['x-obs-server-side-encryption-customer-key-MD5', md5] as const]
      return [[CUSTOMER_ALGORITHM, 'AES256'], ...echoed]
    }
  }
}

function cipherHeader({ cipher }: ShownEncryption): Headers {
  return cipher === 'sm4' ? [[DATA_CIPHER, 'SM4']] : []
}

export function versionHeader(versionId: VersionId | undefined): Headers {
  return versionId === undefined ? [] : [['x-obs-version-id', versionId]]
}

export function etagHeader(etag: string): readonly [string, string] {
  return ['ETag', `"${etag}"`]
}

export function lastModifiedHeader(timeMs: number): readonly [string, string] {
  return ['Last-Modified', formatHttpDate(timeMs)]
}

const DOMAIN_ID_CHARACTERS = 32

/** The 32 characters by which OBS names an account, its domain id: Coffer's twelve digits, with zeros before them. */
export function domainIdOf(account: AccountId): string {
  return account.padStart(DOMAIN_ID_CHARACTERS, '0')
}

/** `<Owner>` or `<Initiator>`, which have an id and nothing else; nothing where the account is not known. */
export function ownerElement(name: 'Owner' | 'Initiator', { account }: ObsContext): string {
  return account === undefined ? '' : parent(name, element('ID', domainIdOf(account)))
}
