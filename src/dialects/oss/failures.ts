import { formatHttpDate, type HttpResponse } from '../../http/index.ts'
import type { Failure, SignedText } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { element, xmlDocument } from '../xml-writer.ts'
import { OBJECT_NAME } from './address.ts'
import { everyAnswer, respondXml, shownEtag } from './answers.ts'
import { ecOfDetail } from './encryption-faults.ts'
import { FAILURES, type WireFailure } from './failure-table.ts'
import { writeTagSet } from './tags.ts'

const KMS_FORBIDS = 'This request is forbidden by kms'
const FILE_EXISTS = 'The object you specified already exists and can not be overwritten.'

const MISSING_CONFIGURATIONS: Readonly<Record<string, string>> = {
  cors: 'NoSuchCORSConfiguration',
  website: 'NoSuchWebsiteConfiguration',
  replication: 'NoSuchReplicationConfiguration',
  inventory: 'NoSuchInventory',
}

/** Code, status and words of a failure. Reasons of denials and what is damaged stay inside. */
export function describeFailure(failure: Failure): WireFailure {
  const known = FAILURES[failure.kind]
  switch (failure.kind) {
    case 'access-denied':
      return failure.action?.startsWith('kms:') === true ? { ...known, message: KMS_FORBIDS } : known
    case 'invalid-argument':
      if (failure.argument === OBJECT_NAME) return FAILURES['invalid-uri']
      return { ...known, ...withDetail(failure.detail) }
    case 'malformed-xml':
      return { ...known, message: `${known.message} ${failure.detail}` }
    case 'no-such-configuration':
      return { ...known, code: MISSING_CONFIGURATIONS[failure.configuration] ?? known.code }
    case 'missing-security-header':
      return { ...known, message: `The header ${failure.header} is missing.` }
    case 'precondition-failed':
      return preconditionFailed(known, failure.condition)
    case 'key-invalid-state':
      return failure.state === 'PendingDeletion' ? known : { ...known, ec: '0005-00000214' }
    case 'several-authorizations':
    case 'slow-down':
    case 'unavailable':
    case 'contended':
    case 'key-unavailable':
      return known
    default:
      return 'detail' in failure && failure.detail !== '' ? { ...known, message: failure.detail } : known
  }
}

function withDetail(detail: string): Pick<WireFailure, 'message' | 'ec'> {
  const ec = ecOfDetail(detail)
  return ec === undefined ? { message: detail } : { message: detail, ec }
}

/**
 * `If-None-Match` of a write is `x-oss-forbid-overwrite` here. A copy whose source did not change is told so with 304,
 * where S3 has 412.
 */
function preconditionFailed(known: WireFailure, condition: string): WireFailure {
  if (condition === 'If-None-Match') {
    return { code: 'FileAlreadyExists', status: 409, message: FILE_EXISTS, ec: '0026-00000026' }
  }
  return /copy-source-if-(?:none-match|modified-since)$/i.test(condition) ? FAILURES['not-modified'] : known
}

type Extra = readonly (readonly [element: string, value: string | number])[]

/** The elements of an error document besides the ones that each has. */
export function extraElements(failure: Failure): Extra {
  switch (failure.kind) {
    case 'signature-does-not-match':
      return failure.shown === undefined ? [] : signedElements(failure.shown)
    case 'invalid-argument':
      if (failure.argument === OBJECT_NAME) return []
      return [
        ['ArgumentName', failure.argument],
        ...(failure.value === undefined ? [] : [['ArgumentValue', failure.value] as const]),
      ]
    case 'invalid-encryption-algorithm':
      return [['ArgumentValue', failure.value]]
    case 'not-implemented':
      return failure.header === undefined ? [] : [['Header', failure.header]]
    case 'precondition-failed':
      return [['Condition', failure.condition.replace(/^x-amz-/, 'x-oss-')]]
    case 'no-such-bucket':
    case 'bucket-exists':
    case 'bucket-not-empty':
      return [['BucketName', failure.bucket]]
    case 'invalid-bucket-name':
      return [['BucketName', failure.name]]
    case 'no-such-key':
      return [['Key', failure.key]]
    case 'no-such-version':
      return [
        ['Key', failure.key],
        ['VersionId', failure.versionId],
      ]
    case 'no-such-upload':
      return [['UploadId', failure.uploadId]]
    case 'invalid-range':
      return [
        ['ActualObjectSize', failure.size],
        ['RangeRequested', failure.requested],
      ]
    case 'invalid-part':
      return failure.partNumber === undefined ? [] : [['PartNumber', failure.partNumber]]
    case 'entity-too-small':
      return [
        ['MinSizeAllowed', failure.limitBytes],
        ...(failure.partNumber === undefined ? [] : [['PartNumber', failure.partNumber] as const]),
      ]
    case 'entity-too-large':
      return [['MaxSizeAllowed', failure.limitBytes]]
    case 'bad-digest':
      return [
        ['ClientDigest', failure.expected],
        ['ServerDigest', failure.computed],
      ]
    default:
      return []
  }
}

/** What should have been signed, as text and as bytes: all of it came with the request. */
function signedElements({ accessKeyId, signature, stringToSign, canonicalRequest }: SignedText): Extra {
  const bytes = Buffer.from(stringToSign, 'latin1')
  const hex = bytes.toString('hex').toUpperCase().match(/../g) ?? []
  return [
    ['OSSAccessKeyId', accessKeyId],
    ['SignatureProvided', signature],
    ['StringToSign', bytes.toString('utf8')],
    ['StringToSignBytes', hex.join(' ')],
    ...(canonicalRequest === undefined
      ? []
      : [['CanonicalRequest', Buffer.from(canonicalRequest, 'latin1').toString('utf8')] as const]),
  ]
}

/** Headers that go with a failure, besides those of every answer. */
function failureHeaders(failure: Failure): readonly (readonly [string, string])[] {
  switch (failure.kind) {
    case 'not-modified':
      return [
        ['ETag', shownEtag(failure.etag)],
        ['Last-Modified', formatHttpDate(failure.lastModifiedMs)],
      ]
    case 'no-such-key':
      return markerHeaders(failure.deleteMarker)
    case 'method-not-allowed':
      return [
        ...(failure.allowed === undefined ? [] : [['Allow', failure.allowed.join(', ')] as const]),
        ...markerHeaders(failure.deleteMarker),
      ]
    case 'invalid-range':
      return [['Content-Range', `bytes */${failure.size}`]]
    case 'position-mismatch':
      return [['x-oss-next-append-position', String(failure.size)]]
    case 'sealed':
    case 'unavailable':
    case 'key-unavailable':
    case 'slow-down':
    case 'contended':
      return [['Retry-After', '1']]
    default:
      return []
  }
}

function markerHeaders(deleteMarker: string | undefined): readonly (readonly [string, string])[] {
  if (deleteMarker === undefined) return []
  return [
    ['x-oss-delete-marker', 'true'],
    ['x-oss-version-id', deleteMarker],
  ]
}

/** What OSS answers with an empty document where others refuse: a bucket without tags. */
function isNoFailure(failure: Failure): boolean {
  return failure.kind === 'no-such-tag-set'
}

/** The error document. For HEAD it stands in a header, in base64: clients read it from there. */
export function encodeFailure(failure: Failure, context: AnswerContext): HttpResponse {
  if (isNoFailure(failure)) return respondXml(context, 'Tagging', [writeTagSet([])])
  const { code, status, message, ec } = describeFailure(failure)
  const headers: (readonly [string, string])[] = [...everyAnswer(context), ...failureHeaders(failure)]
  if (status === 304) return { status, headers }
  if (ec !== undefined) headers.push(['x-oss-ec', ec])
  const body = xmlDocument(
    'Error',
    undefined,
    element('Code', code),
    element('Message', message),
    element('RequestId', context.requestId),
    element('HostId', context.bucket ?? 'oss'),
    ...extraElements(failure).map(([name, value]) => element(name, value)),
    element('EC', ec),
  )
  if (context.method === 'HEAD') return { status, headers: [...headers, ['x-oss-err', body.toString('base64')]] }
  return { status, headers: [...headers, ['Content-Type', 'application/xml']], body }
}
