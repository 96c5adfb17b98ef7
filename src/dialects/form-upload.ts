/**
 * Uploads by form, as far as the four vendors have them alike: the fields become the headers of a PUT, so that one reader
 * understands both, and the answer to that PUT is given in the form that was asked for.
 */
import { headersOfLists, type FormView, type HttpHeaders, type HttpResponse, type RequestView } from '../http/index.ts'
import type { Answer, BucketName, ObjectKey } from '../operations/index.ts'
import { refuseArgument } from './refuse-argument.ts'
import { element, xmlDocument } from './xml-writer.ts'

/** Fields that are headers of the same name. */
const STANDARD: ReadonlySet<string> = new Set([
  ...['cache-control', 'content-type', 'content-disposition', 'content-encoding', 'content-language', 'content-md5'],
  'expires',
])
const VENDOR = /^x-(?:amz|oss|obs|cos)-/
/** Headers that say where the data or its digest comes from: the form itself says both. */
const NOT_IN_FORMS = /^x-[a-z]+-(?:copy-source.*|content-sha256|decoded-content-length|trailer)$/
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f]/

/** `prefix`: the vendor's. `spelled`: fields whose header has another name. */
export interface FormSpelling {
  readonly prefix: string
  readonly spelled?: ReadonlyMap<string, string>
}

/** The fields as the headers of a PUT. Another vendor's field is refused: what it asks for would not happen (T-099). */
export function headersOfForm({ fields }: FormView, { prefix, spelled }: FormSpelling): HttpHeaders {
  const names: string[] = []
  const values: string[] = []
  for (const [field, value] of fields) {
    const name = spelled?.get(field) ?? field
    if (!STANDARD.has(name) && !VENDOR.test(name)) continue
    if (NOT_IN_FORMS.test(name) || (VENDOR.test(name) && !name.startsWith(prefix))) {
      refuseArgument(field.slice(0, 128), undefined, 'This field does not belong to a form of this service.')
    }
    if (names.includes(name)) refuseArgument(field, undefined, 'This field came in two spellings.')
    if (CONTROLS.test(value)) refuseArgument(field.slice(0, 128), undefined, 'This value cannot be a header.')
    names.push(name)
    values.push(Buffer.from(value, 'utf8').toString('latin1'))
  }
  return headersOfLists(names, values)
}

/** The name of the object; a form without one is refused. */
export function keyOfForm({ fields }: FormView): string {
  const key = fields.get('key')
  if (key !== undefined && key !== '') return key
  const detail =
    "Bucket POST must contain a field named 'key'. If it is specified, please check the order of the fields."
  return refuseArgument('key', undefined, detail)
}

/** Tells the policies and the engine that a PUT came as a form. */
export function formMark({ form }: RequestView): { readonly byForm?: true } {
  return form === undefined ? {} : { byForm: true }
}

export type PutAnswer = Extract<Answer, { readonly operation: { readonly kind: 'put-object' } }>

/** A form is a PUT: anything else here is a defect. */
export function putAnswer(answer: Answer): PutAnswer {
  if (isPutAnswer(answer)) return answer
  throw new Error(`a form was carried out as ${answer.operation.kind}`)
}

function isPutAnswer(answer: Answer): answer is PutAnswer {
  return answer.operation.kind === 'put-object'
}

type Element = 'Location' | 'Bucket' | 'Key' | 'ETag'

/** What an answer to a form is made of besides the answer to its PUT. */
export interface FormAnswer {
  readonly view: RequestView
  readonly form: FormView
  readonly bucket: BucketName
  readonly key: ObjectKey
  /** The document of a 201 (`PostResponse`), in the vendor's order. */
  readonly elements: readonly Element[]
}

/**
 * 204, or as `success_action_status` has it (200, 201 with a document); `success_action_redirect`: 303, with bucket, key and
 * ETag behind the address. A status or an address that cannot be one counts as absent, as the vendors have it.
 */
export function answerForm(stored: HttpResponse, { view, form, bucket, key, elements }: FormAnswer): HttpResponse {
  const etag = stored.headers.find(([name]) => name.toLowerCase() === 'etag')?.[1] ?? ''
  const redirect = redirectOf(form)
  if (redirect !== undefined) {
    const parameters = Object.entries({ bucket, key, etag }).map(
      ([name, value]) => `${name}=${encodeURIComponent(value)}`,
    )
    const [address = '', fragment] = redirect.split('#', 2)
    const url = `${address}${address.includes('?') ? '&' : '?'}${parameters.join('&')}`
    const to = fragment === undefined ? url : `${url}#${fragment}`
    return { status: 303, headers: [...stored.headers, ['Location', to]] }
  }
  const location = locationOf(view, key)
  const headers = [...stored.headers, ['Location', location] as const]
  const status = form.fields.get('success_action_status')
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers }
  const texts: Readonly<Record<Element, string>> = { Location: location, Bucket: bucket, Key: key, ETag: etag }
  const document = xmlDocument('PostResponse', undefined, ...elements.map((name) => element(name, texts[name])))
  return { status: 201, headers: [...headers, ['Content-Type', 'application/xml']], body: document }
}

/** Longer addresses are none. */
const MAX_REDIRECT_CHARS = 2_048

function redirectOf({ fields }: FormView): string | undefined {
  // `redirect` is the older name.
  const address = fields.get('success_action_redirect') ?? fields.get('redirect')
  if (address === undefined || address.length > MAX_REDIRECT_CHARS) return undefined
  return /^https?:\/\/[!-~]+$/i.test(address) ? address : undefined
}

function locationOf({ secure, host, rawPath }: RequestView, key: ObjectKey): string {
  const path = rawPath.endsWith('/') ? rawPath : `${rawPath}/`
  return `${secure ? 'https' : 'http'}://${host.raw}${path}${encodeURIComponent(key).replaceAll('%2F', '/')}`
}
