/** What many answers have in common. */
import { formatHttpDate, type HttpResponse } from '../../http/index.ts'
import type { AccountId, DataCipher, ShownEncryption, VersionId } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { element, parent, xmlDocument } from '../xml-writer.ts'
import { CUSTOMER_ALGORITHM, SSE, SSE_KEY_ID } from './encryption-headers.ts'

export type Headers = readonly (readonly [name: string, value: string])[]

/** The name by which clients know that an answer came from COS, and that a failure is no reason to go to another host. */
export const SERVER_HEADER = ['Server', 'tencent-cos'] as const
export const XML_TYPE = ['Content-Type', 'application/xml'] as const

/** An answer with the request's id, without which clients think that something else answered. */
export function respond(
  context: AnswerContext,
  status: number,
  headers: Headers = [],
  body?: HttpResponse['body'],
): HttpResponse {
  const shown: (readonly [string, string])[] = [SERVER_HEADER, ['x-cos-request-id', context.requestId]]
  for (const header of headers) shown.push(header)
  return body === undefined ? { status, headers: shown } : { status, headers: shown, body }
}

/** 200 with a document; COS's have no namespace. */
export function respondXml(
  context: AnswerContext,
  root: string,
  children: readonly string[],
  headers: Headers = [],
): HttpResponse {
  return respond(context, 200, [...headers, XML_TYPE], xmlDocument(root, undefined, ...children))
}

const CIPHERS: Readonly<Record<DataCipher, string>> = { 'aes-256': 'AES256', sm4: 'SM4' }
const CUSTOMER_MD5_SHOWN = `${SSE}-customer-key-MD5`

/**
 * The encryption headers of an answer (spec 4.3): none for what is not encrypted; the id of the key in use; the context
 * and a customer's key never. `complete` has nothing of a customer's key at all.
 */
export function encryptionHeaders(shown: ShownEncryption, on: 'answer' | 'complete' = 'answer'): Headers {
  switch (shown.mode) {
    case 'none':
      return []
    case 'sse-s3':
      return [[SSE, CIPHERS[shown.cipher]]]
    case 'sse-kms':
    case 'dsse-kms':
      return [[SSE, 'cos/kms'], ...(shown.keyArn === undefined ? [] : [[SSE_KEY_ID, keyId(shown.keyArn)] as const])]
    case 'sse-c': {
      const { customerKeyMd5 } = shown
      if (on === 'complete') return []
      return [
        [CUSTOMER_ALGORITHM, 'AES256'],
        ...(customerKeyMd5 === undefined ? [] : [[CUSTOMER_MD5_SHOWN, customerKeyMd5] as const]),
      ]
    }
  }
}

/** COS names keys by their id alone. */
function keyId(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** Host and path, without a scheme: what error documents are about. */
export function resourceOf({ host = '', resource }: AnswerContext): string {
  return `${host}${resource}`
}

export function versionHeader(versionId: VersionId | undefined): Headers {
  return versionId === undefined ? [] : [['x-cos-version-id', versionId]]
}

export function etagHeader(etag: string): readonly [string, string] {
  return ['ETag', `"${etag}"`]
}

export function lastModifiedHeader(timeMs: number): readonly [string, string] {
  return ['Last-Modified', formatHttpDate(timeMs)]
}

/** The root of an account, as CAM writes it. The account's own twelve digits stand for its uin. */
export function ownerIdOf(account: AccountId): string {
  return `qcs::cam::uin/${account}:uin/${account}`
}

/** `<Owner>` or `<Initiator>`; nothing where the account is not known. */
export function ownerElement(name: 'Owner' | 'Initiator', context: AnswerContext): string {
  const { account } = context
  if (account === undefined) return ''
  return parent(name, element('ID', ownerIdOf(account)), element('DisplayName', account))
}
