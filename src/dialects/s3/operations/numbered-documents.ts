/**
 * Inventory, analytics, metrics and intelligent tiering: documents with an id, of which a bucket has several. Kept and given
 * back; inventories are written later.
 */
import {
  refuse,
  type BucketName,
  type NumberedDocument,
  type Operation,
  type StoredDocument,
} from '../../../operations/index.ts'
import type { HttpResponse } from '../../../http/index.ts'
import type { AnswerContext, Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { documentId, documentRoot, readDocument, writeDocument } from '../inventory-document.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, queryText, type S3Request } from '../s3-request.ts'

/** It is kept twice: as it was put, and as it is understood. */
const MAX_DOCUMENT_BYTES = 16 * 1024
const SIGNED = { requiresSigV4: true } as const

/** GET with an id is one of them, without one it is the list. */
export function decodeGetDocument(document: NumberedDocument): (request: S3Request, bucket: BucketName) => Decoded {
  return (request, bucket) => {
    if (!request.query.has('id')) return decodeListDocuments(document, request, bucket)
    const id = documentId(queryText(request, 'id'))
    const kind = `get-bucket-${document}` as const
    return decoded(request, { kind, bucket }, () => ({ kind, bucket, id }), SIGNED)
  }
}

function decodeListDocuments(document: NumberedDocument, request: S3Request, bucket: BucketName): Decoded {
  const kind = `list-bucket-${document}` as const
  const token = queryText(request, 'continuation-token')
  const after = token === undefined ? {} : { after: documentId(token) }
  return decoded(request, { kind, bucket }, () => ({ kind, bucket, ...after }), SIGNED)
}

export function decodePutDocument(document: NumberedDocument): (request: S3Request, bucket: BucketName) => Decoded {
  return (request, bucket) => {
    const kind = `put-bucket-${document}` as const
    const id = documentId(queryText(request, 'id'))
    const build = async (bytes: Uint8Array): Promise<Operation> => {
      const root = await readLongXml(bytes, { root: documentRoot(document), namespace: S3_NAMESPACE })
      return { kind, bucket, document: readDocument(document, id, root) }
    }
    const wanted = configurationDocument(request.view.headers, { maxBytes: MAX_DOCUMENT_BYTES, required: true })
    return decoded(request, { kind, bucket }, build, { document: wanted, ...SIGNED })
  }
}

export function decodeDeleteDocument(document: NumberedDocument): (request: S3Request, bucket: BucketName) => Decoded {
  return (request, bucket) => {
    const kind = `delete-bucket-${document}` as const
    const id = documentId(queryText(request, 'id'))
    return decoded(request, { kind, bucket }, () => ({ kind, bucket, id }), SIGNED)
  }
}

export function encodeGetDocument(document: NumberedDocument) {
  return (
    { result }: { readonly result: { readonly document: StoredDocument } },
    context: AnswerContext,
  ): HttpResponse => {
    const known = result.document.source.dialect === 's3' || result.document.inventory !== undefined
    if (!known) refuse({ kind: 'no-such-configuration', configuration: document, bucket: context.bucket ?? '' })
    return respondXml(context, documentRoot(document), writeDocument(result.document))
  }
}

export function encodePutDocument(_answer: unknown, context: AnswerContext): HttpResponse {
  return respond(context, 200)
}

export function encodeDeleteDocument(_answer: unknown, context: AnswerContext): HttpResponse {
  return respond(context, 204)
}

const LIST_ROOTS: Readonly<Record<NumberedDocument, string>> = {
  inventory: 'ListInventoryConfigurationsResult',
  analytics: 'ListBucketAnalyticsConfigurationsResult',
  metrics: 'ListMetricsConfigurationsResult',
  'intelligent-tiering': 'ListBucketIntelligentTieringConfigurationsOutput',
}

interface Listed {
  readonly operation: { readonly after?: string }
  readonly result: { readonly documents: readonly StoredDocument[]; readonly next?: string }
}

export function encodeListDocuments(document: NumberedDocument) {
  return ({ operation: { after }, result }: Listed, context: AnswerContext): HttpResponse =>
    respondXml(context, LIST_ROOTS[document], [
      element('ContinuationToken', after),
      ...result.documents.map((one) => parent(documentRoot(document), ...writeDocument(one))),
      element('IsTruncated', result.next !== undefined),
      element('NextContinuationToken', result.next),
    ])
}
