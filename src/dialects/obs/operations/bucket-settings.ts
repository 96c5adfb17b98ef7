/** ?tagging, ?cors, ?website and ?requestPayment of a bucket. */
import { refuse, type BucketName } from '../../../operations/index.ts'
import { readCors, writeCors } from '../../cors-document.ts'
import type { Decoded } from '../../dialect.ts'
import { readWebsite, writeWebsite } from '../../website-document.ts'
import { element } from '../../xml-writer.ts'
import { expectOnly, readLongXml, readXml, requireOne, settingOf } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'
import { BUCKET_TAGS, tagsOfDocument, writeTagSet } from '../tags.ts'

const namespace = REQUEST_NAMESPACE
const CORS = 'CORSConfiguration'
const WEBSITE = 'WebsiteConfiguration'
const PAYMENT = 'RequestPaymentConfiguration'

export function decodeGetBucketTagging(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-tagging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketTagging: Encoder<'get-bucket-tagging'> = ({ result }, context) =>
  respondXml(context, 'Tagging', [writeTagSet(result.tags)])

export function decodePutBucketTagging(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-tagging'
  const build: Decoded['build'] = async (bytes) => {
    const tags = tagsOfDocument(await readLongXml(bytes, { root: 'Tagging', namespace }), BUCKET_TAGS)
    return { kind, bucket, tags }
  }
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers, { promised: true }))
}

export const encodePutBucketTagging: Encoder<'put-bucket-tagging'> = (_answer, context) => respond(context, 204)

export function decodeDeleteBucketTagging(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-tagging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketTagging: Encoder<'delete-bucket-tagging'> = (_answer, context) => respond(context, 204)

export function decodeGetBucketCors(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-cors'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketCors: Encoder<'get-bucket-cors'> = ({ result }, context) =>
  respondXml(context, CORS, writeCors({ rules: result.cors.rules }))

export function decodePutBucketCors(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-cors'
  const build: Decoded['build'] = async (bytes) => {
    const cors = readCors(await readLongXml(bytes, { root: CORS, namespace }))
    return { kind, bucket, cors }
  }
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers, { promised: true }))
}

export const encodePutBucketCors: Encoder<'put-bucket-cors'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketCors(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-cors'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketCors: Encoder<'delete-bucket-cors'> = (_answer, context) => respond(context, 204)

export function decodeGetBucketWebsite(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-website'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketWebsite: Encoder<'get-bucket-website'> = ({ result }, context) =>
  respondXml(context, WEBSITE, writeWebsite(result.website))

export function decodePutBucketWebsite(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-website'
  const build: Decoded['build'] = async (bytes) => {
    const website = readWebsite(await readLongXml(bytes, { root: WEBSITE, namespace }))
    return { kind, bucket, website }
  }
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers))
}

export const encodePutBucketWebsite: Encoder<'put-bucket-website'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketWebsite(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-website'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketWebsite: Encoder<'delete-bucket-website'> = (_answer, context) => respond(context, 204)

export function decodeGetRequestPayment(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-request-payment'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetRequestPayment: Encoder<'get-bucket-request-payment'> = ({ result }, context) =>
  respondXml(context, PAYMENT, [element('Payer', result.payer === 'requester' ? 'Requester' : 'BucketOwner')])

export function decodePutRequestPayment(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-request-payment'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, payer: readPayer(bytes) })
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers))
}

function readPayer(bytes: Uint8Array): 'requester' | 'bucket-owner' {
  const root = readXml(bytes, { root: PAYMENT, namespace })
  expectOnly(root, ['Payer'])
  const text = settingOf(requireOne(root, 'Payer'))
  if (text === 'Requester') return 'requester'
  return text === 'BucketOwner'
    ? 'bucket-owner'
    : refuse({ kind: 'malformed-xml', detail: 'Payer is BucketOwner or Requester' })
}

export const encodePutRequestPayment: Encoder<'put-bucket-request-payment'> = (_answer, context) =>
  respond(context, 200)
