import { formatHttpDate, type HttpResponse } from '../../http/index.ts'
import type { Failure } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { element, xmlDocument } from '../xml-writer.ts'
import { resourceOf, respond, XML_TYPE, type Headers } from './answers.ts'
import { COPY_SOURCE } from './copy-source.ts'
import { FAILURES, type WireFailure } from './failure-table.ts'

type MissingConfiguration = Extract<Failure, { readonly kind: 'no-such-configuration' }>['configuration']

/** Codes of configurations that nobody put. The capital N of the third is the service's. */
const MISSING: Partial<Readonly<Record<MissingConfiguration, string>>> = {
  cors: 'NoSuchCORSConfiguration',
  website: 'NoSuchWebsiteConfiguration',
  replication: 'ReplicationConfigurationNotFoundError',
  inventory: 'InventoryConfigurationNotFoundError',
}

/** Code, status and words of a failure. Reasons of denials and what is damaged stay inside. */
export function describeFailure(failure: Failure): WireFailure {
  const known = FAILURES[failure.kind]
  switch (failure.kind) {
    case 'bucket-exists':
      if (!failure.owned) return known
      return { ...known, code: 'BucketAlreadyOwnedByYou', message: 'You already own the bucket of this name.' }
    case 'no-such-configuration':
      return { ...known, code: MISSING[failure.configuration] ?? known.code }
    case 'invalid-argument': {
      const code = failure.argument === COPY_SOURCE ? 'InvalidCopySource' : known.code
      return { ...known, code, message: `${failure.argument}: ${failure.detail}` }
    }
    case 'malformed-xml':
      return { ...known, message: `${known.message} ${failure.detail}` }
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

/** Headers that go with a failure, besides the request id. */
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
    case 'position-mismatch':
      return [['x-cos-next-append-position', String(failure.size)]]
    case 'invalid-range':
      return [['Content-Range', `bytes */${failure.size}`]]
    case 'sealed':
    case 'unavailable':
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
    ['x-cos-delete-marker', 'true'],
    ['x-cos-version-id', deleteMarker],
  ]
}

/** The error document with all of its five children, or only a status for HEAD and 304. */
export function encodeFailure(failure: Failure, context: AnswerContext): HttpResponse {
  const { code, status, message } = describeFailure(failure)
  const headers = failureHeaders(failure)
  if (context.method === 'HEAD' || status === 304) return respond(context, status, headers)
  const { requestId } = context
  const body = xmlDocument(
    'Error',
    undefined,
    element('Code', code),
    element('Message', message),
    element('Resource', resourceOf(context)),
    element('RequestId', requestId),
    element('TraceId', requestId),
  )
  return respond(context, status, [...headers, ['x-cos-trace-id', requestId], XML_TYPE], body)
}
