import type { RequestView } from '../../http/index.ts'
import {
  parseStrictJson,
  peopleTarget,
  refuse,
  type Operation,
  type PeopleOperation,
  type Target,
} from '../../operations/index.ts'
import type { Decoded, DecodedByBody } from '../dialect.ts'
import { ACCOUNT_DECODERS } from './account-decoders.ts'
import { BUCKET_DECODERS } from './bucket-decoders.ts'
import { fieldsOf, type Fields } from './fields.ts'
import { KEY_DECODERS } from './key-decoders.ts'
import { KEY_MATERIAL_DECODERS } from './key-material-decoders.ts'
import { KEY_RIGHTS_DECODERS } from './key-rights-decoders.ts'
import { PEOPLE_READERS } from './people-readers.ts'
import type { PeopleAdminKind } from './people-wire.ts'
import { getObjectOf, OBJECT_DECODERS, putObjectOf } from './object-decoders.ts'
import { POLICY_DECODERS } from './policy-decoders.ts'
import { SERVER_DECODERS } from './server-decoders.ts'
import { addressOf, parametersOf, targetReader, type TargetReader } from './target.ts'
import { MAX_ADMIN_BODY_BYTES, type AdminKind } from './wire.ts'

type DocumentKind = Exclude<AdminKind, 'put-object' | PeopleAdminKind>

/** Total: an operation of the admin API without a reader does not compile. */
const DECODERS: {
  readonly [Kind in DocumentKind]: (read: TargetReader) => {
    readonly target: Omit<Target, 'kind'>
    readonly build: (body: Fields) => Operation
  }
} = {
  ...SERVER_DECODERS,
  ...BUCKET_DECODERS,
  ...OBJECT_DECODERS,
  ...KEY_DECODERS,
  ...KEY_RIGHTS_DECODERS,
  ...KEY_MATERIAL_DECODERS,
  ...POLICY_DECODERS,
  ...ACCOUNT_DECODERS,
}

const EMPTY_BODY = Buffer.from('{}', 'latin1')
const CONTENT_TYPE = /^application\/json(?:[ \t]*;[ \t]*charset="?utf-8"?)?$/i
/** What a signed client sends besides; other vendor headers are somebody else's language, and refused (never ignored). */
const OWN_VENDOR_HEADERS = new Set(['x-amz-date', 'x-amz-content-sha256', 'x-amz-decoded-content-length'])

function isDocumentKind(name: string): name is DocumentKind {
  return Object.hasOwn(DECODERS, name)
}

/** `POST <operation>?<target>` with a JSON body, `PUT` and `GET objects/<bucket>/<key>` with raw ones. */
export function decodeAdmin(request: RequestView): Decoded | DecodedByBody {
  refuseForeignHeaders(request)
  const address = addressOf(request.rawPath)
  if (address.kind === 'operation') return decodeDocument(request, address.name)
  const parameters = parametersOf(request)
  switch (request.method) {
    case 'PUT': {
      const operation = putObjectOf(address, parameters, request.headers.get('content-type'))
      return streamed(operation, parameters.end)
    }
    case 'GET':
      return streamed(getObjectOf(address, parameters), parameters.end)
    default:
      return refuse({ kind: 'method-not-allowed', allowed: ['GET', 'PUT'] })
  }
}

function streamed(
  operation: ReturnType<typeof putObjectOf> | ReturnType<typeof getObjectOf>,
  end: () => void,
): Decoded {
  end()
  const version = operation.kind === 'get-object' ? operation.versionId : undefined
  return {
    target: {
      kind: operation.kind,
      bucket: operation.bucket,
      key: operation.key,
      ...(version === undefined ? {} : { versionId: version }),
    },
    requiresSigV4: true,
    build: () => operation,
  }
}

function decodeDocument(request: RequestView, name: string): Decoded | DecodedByBody {
  if (!isDocumentKind(name) && !isPeopleKind(name)) {
    return refuse({ kind: 'invalid-uri', detail: 'the admin API has no operation of this name' })
  }
  if (request.method !== 'POST') return refuse({ kind: 'method-not-allowed', allowed: ['POST'] })
  // A browser's form cannot send this type, so that no foreign page can have a request sent.
  if (!CONTENT_TYPE.test(request.headers.get('content-type') ?? '')) {
    return refuse({ kind: 'invalid-request', detail: 'the content type must be application/json' })
  }
  const parameters = parametersOf(request)
  if (isPeopleKind(name)) {
    parameters.end()
    return peopleDocument(name)
  }
  const { target, build } = DECODERS[name](targetReader(parameters))
  parameters.end()
  return {
    target: { kind: name, ...target },
    document: { maxBytes: MAX_ADMIN_BODY_BYTES, expect: {}, required: false },
    requiresSigV4: true,
    build(document) {
      const body = fieldsOf(parseStrictJson(document.length === 0 ? EMPTY_BODY : document))
      const operation = build(body)
      body.end()
      return operation
    },
  }
}

/** The body says who it is about, and the directory asks for the right when it has found them. */
function peopleDocument(name: PeopleAdminKind): DecodedByBody {
  return {
    document: { maxBytes: MAX_ADMIN_BODY_BYTES, expect: {}, required: false },
    requiresSigV4: true,
    understand(document) {
      const body = fieldsOf(parseStrictJson(document.length === 0 ? EMPTY_BODY : document))
      const operation: PeopleOperation = PEOPLE_READERS[name](body)
      body.end()
      return { target: peopleTarget(operation), operation }
    },
  }
}

function isPeopleKind(name: string): name is PeopleAdminKind {
  return Object.hasOwn(PEOPLE_READERS, name)
}

function refuseForeignHeaders({ headers }: RequestView): void {
  for (const [name] of headers.entries()) {
    if (/^x-(amz|oss|obs|cos)-/.test(name) && !OWN_VENDOR_HEADERS.has(name)) {
      refuse({ kind: 'invalid-argument', argument: name, detail: 'is no header of the admin API' })
    }
  }
}
