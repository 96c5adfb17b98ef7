import { formatHttpDate, type HttpResponse } from '../../http/index.ts'
import type { ConfigurationName, Failure } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { element, xmlDocument } from '../xml-writer.ts'
import { FAILURES, type WireFailure } from './failure-table.ts'
import { SSE, SSE_CONTEXT } from './encryption-headers.ts'

/** Our own words for arguments, and the names that the wire has for them. */
const WIRE_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['customer-key', SSE],
  ['encryption-context', SSE_CONTEXT],
])

/** What S3 calls a configuration that is missing, where it has a name of its own for it. */
const MISSING: Partial<Readonly<Record<ConfigurationName, WireFailure>>> = {
  cors: { status: 404, code: 'NoSuchCORSConfiguration', message: 'The CORS configuration does not exist' },
  website: {
    status: 404,
    code: 'NoSuchWebsiteConfiguration',
    message: 'The specified bucket does not have a website configuration',
  },
  ownership: {
    status: 404,
    code: 'OwnershipControlsNotFoundError',
    message: 'The bucket ownership controls were not found',
  },
  replication: {
    status: 404,
    code: 'ReplicationConfigurationNotFoundError',
    message: 'The replication configuration was not found',
  },
}

/** Code, status and words of a failure. Reasons of denials and what is damaged stay inside. */
export function describeFailure(failure: Failure): WireFailure {
  const known = FAILURES[failure.kind]
  switch (failure.kind) {
    case 'bucket-exists':
      if (!failure.owned) return known
      return { ...known, code: 'BucketAlreadyOwnedByYou', message: 'You already own the bucket of this name.' }
    case 'no-such-configuration':
      return MISSING[failure.configuration] ?? known
    case 'entity-too-large':
      return { ...known, message: `${known.message} of ${failure.limitBytes} bytes` }
    case 'malformed-xml':
      return { ...known, message: `${known.message}: ${failure.detail}` }
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

type Extra = readonly (readonly [element: string, value: string | number])[]

/** The elements of an error document besides Code and Message. */
export function extraElements(failure: Failure): Extra {
  switch (failure.kind) {
    case 'invalid-argument': {
      const name = WIRE_ARGUMENTS.get(failure.argument) ?? failure.argument
      return [
        ['ArgumentName', name],
        ['ArgumentValue', failure.value ?? 'null'],
      ]
    }
    case 'invalid-encryption-algorithm':
      return [
        ['ArgumentName', SSE],
        ['ArgumentValue', failure.value],
      ]
    case 'malformed-authorization':
    case 'malformed-query-authorization':
      return failure.expectedRegion === undefined ? [] : [['Region', failure.expectedRegion]]
    case 'missing-security-header':
      return [['MissingHeaderName', failure.header]]
    case 'not-implemented':
      return failure.header === undefined ? [] : [['Header', failure.header]]
    case 'precondition-failed':
      return [['Condition', failure.condition]]
    case 'conditional-conflict':
      return [['Key', failure.key]]
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
    case 'invalid-location':
      return [['LocationConstraint', failure.location]]
    case 'invalid-storage-class':
      return [['StorageClassRequested', failure.value]]
    case 'invalid-range':
      return [
        ['RangeRequested', failure.requested],
        ['ActualObjectSize', failure.size],
      ]
    case 'invalid-part-number':
      return [
        ['PartNumberRequested', failure.requested],
        ['ActualPartCount', failure.actual],
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
    case 'metadata-too-large':
      return [['MaxSizeAllowed', failure.limitBytes]]
    case 'bad-digest':
      return [
        ['ExpectedDigest', failure.expected],
        ['CalculatedDigest', failure.computed],
      ]
    case 'method-not-allowed':
      return []
    default:
      return []
  }
}

/** Headers that go with a failure, besides the request id. */
function failureHeaders(failure: Failure): readonly (readonly [string, string])[] {
  switch (failure.kind) {
    case 'not-modified':
      return [
        ['ETag', `"${failure.etag}"`],
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
    ['x-amz-delete-marker', 'true'],
    ['x-amz-version-id', deleteMarker],
  ]
}

/** The error document, or only a status for HEAD and 304. */
export function encodeFailure(failure: Failure, context: AnswerContext): HttpResponse {
  const { code, status, message } = describeFailure(failure)
  const headers: (readonly [string, string])[] = [
    ['x-amz-request-id', context.requestId],
    ['x-amz-id-2', context.requestId],
    ...failureHeaders(failure),
  ]
  if (context.method === 'HEAD' || status === 304) return { status, headers }
  const extras = extraElements(failure)
  const body = xmlDocument(
    'Error',
    undefined,
    element('Code', code),
    element('Message', message),
    ...extras.map(([name, value]) => element(name, value)),
    element('Resource', context.resource),
    element('RequestId', context.requestId),
    element('HostId', context.requestId),
  )
  return { status, headers: [...headers, ['Content-Type', 'application/xml']], body }
}
