import { formatHttpDate, isHeaderField, type HttpResponse } from '../../http/index.ts'
import type { ConfigurationName, Failure, OperationKind } from '../../operations/index.ts'
import { element, xmlDocument } from '../xml-writer.ts'
import { requestHeaders, XML_TYPE, type Headers, shownRequestId } from './answers.ts'
import { CUSTOMER_KEY } from './encryption-headers.ts'
import { FAILURES, type WireFailure } from './failure-table.ts'
import type { ObsContext } from './obs-request.ts'

/** What the vendor says to who lacks a right of the key service. */
const NO_KMS_PRIVILEGE = 'No privilege to this kms operation.'

const MISSING_CONFIGURATIONS: Readonly<Partial<Record<ConfigurationName, string>>> = {
  cors: 'NoSuchCORSConfiguration',
  website: 'NoSuchWebsiteConfiguration',
  replication: 'NoSuchReplicationConfiguration',
  inventory: 'NoSuchInventoryConfiguration',
}

/** Clients of the vendor look for these words. */
const ILLEGAL_KEY = 'The configuration of bucket encryption contains illegal KMSMasterKeyID.'

/** As below; of a bucket's default, an unknown key is a mistake in the document. */
function describeOf(failure: Failure, operation: OperationKind | undefined): WireFailure {
  if (failure.kind !== 'key-not-found' || operation !== 'put-bucket-encryption') return describeFailure(failure)
  return { status: 400, code: 'InvalidArgument', message: ILLEGAL_KEY }
}

/** Code, status and words of a failure. Reasons of denials and what is damaged stay inside. */
export function describeFailure(failure: Failure): WireFailure {
  const known = FAILURES[failure.kind]
  switch (failure.kind) {
    case 'access-denied':
      if (failure.told !== undefined) return { ...known, message: failure.told }
      return failure.action?.startsWith('kms:') === true ? { ...known, message: NO_KMS_PRIVILEGE } : known
    case 'no-such-configuration':
      return { ...known, code: MISSING_CONFIGURATIONS[failure.configuration] ?? known.code }
    case 'bucket-exists':
      if (!failure.owned) return known
      return { ...known, code: 'BucketAlreadyOwnedByYou', message: 'You already own the bucket of this name.' }
    case 'entity-too-large':
      return { ...known, message: `${known.message} of ${failure.limitBytes} bytes` }
    case 'malformed-xml':
      return { ...known, message: `${known.message}: ${failure.detail}` }
    case 'unsupported-signature':
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

/** The elements of an error document besides those that all of them have. */
function extraElements(failure: Failure): Extra {
  switch (failure.kind) {
    case 'invalid-argument':
      return [
        ['ArgumentName', failure.argument === 'customer-key' ? CUSTOMER_KEY : failure.argument],
        ...(failure.value === undefined ? [] : [['ArgumentValue', failure.value] as const]),
      ]
    case 'not-implemented':
      return failure.header === undefined ? [] : [['Header', failure.header]]
    case 'no-such-bucket':
    case 'bucket-exists':
    case 'bucket-not-empty':
      return [['BucketName', failure.bucket]]
    case 'no-such-key':
      return [['Key', failure.key]]
    case 'no-such-version':
      return [
        ['Key', failure.key],
        ['VersionId', failure.versionId],
      ]
    case 'no-such-upload':
      return [['UploadId', failure.uploadId]]
    default:
      return []
  }
}

/** Headers that go with a failure, besides the request's id. */
function failureHeaders(failure: Failure): Headers {
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

function markerHeaders(deleteMarker: string | undefined): Headers {
  if (deleteMarker === undefined) return []
  return [
    ['x-obs-delete-marker', 'true'],
    ['x-obs-version-id', deleteMarker],
  ]
}

/** The answer to a request that is refused. */
export function encodeFailure(failure: Failure, context: ObsContext): HttpResponse {
  return encodeRefusal(describeOf(failure, context.operation), context, failureHeaders(failure), extraElements(failure))
}

/** The error document. HEAD has none: clients read code and message from two headers there. */
export function encodeRefusal(
  { code, status, message }: WireFailure,
  context: ObsContext,
  more: Headers = [],
  extras: Extra = [],
): HttpResponse {
  const headers = [...requestHeaders(context), ...more]
  if (status === 304) return { status, headers }
  if (context.method === 'HEAD') {
    const words = isHeaderField('x', message) ? [['x-obs-error-message', message] as const] : []
    return { status, headers: [...headers, ['x-obs-error-code', code], ...words] }
  }
  const body = xmlDocument(
    'Error',
    undefined,
    element('Code', code),
    element('Message', message),
    element('RequestId', shownRequestId(context)),
    element('HostId', shownRequestId(context)),
    element('Resource', context.resource),
    ...extras.map(([name, value]) => element(name, value)),
  )
  return { status, headers: [...headers, XML_TYPE], body }
}
