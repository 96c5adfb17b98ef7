/** POST Object: an upload by an HTML form (S3 API reference, "POST Object"), which is a PUT in another dress. */
import { headersOf, type FormView, type HttpHeaders } from '../../../http/index.ts'
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { answerForm, headersOfForm, keyOfForm, putAnswer, type FormAnswer } from '../../form-upload.ts'
import { readXml } from '../../xml.ts'
import { objectKeyOf } from '../address.ts'
import { S3_NAMESPACE } from '../options.ts'
import type { S3Request } from '../s3-request.ts'
import { tagsOfDocument } from '../tags.ts'
import { decodePutObject, encodePutObject } from './put-object.ts'

const SPELLING = { prefix: 'x-amz-', spelled: new Map([['acl', 'x-amz-acl']]) }
const ELEMENTS: FormAnswer['elements'] = ['Location', 'Bucket', 'Key', 'ETag']
const TAGGING = 'x-amz-tagging'

export function decodePostObject(request: S3Request, bucket: BucketName): Decoded {
  const { view } = request
  const { form } = view
  if (form === undefined) return refuse({ kind: 'not-a-form' })
  const key = objectKeyOf(keyOfForm(form))
  const headers = withTags(headersOfForm(form, SPELLING), form)
  const put = decodePutObject({ ...request, view: { ...view, headers } }, { bucket, key })
  const answer = { view, form, bucket, key, elements: ELEMENTS }
  return { ...put, encode: (done, context) => answerForm(encodePutObject(putAnswer(done), context), answer) }
}

/** Tags come as a document in a field; a PUT has them in a header. */
function withTags(headers: HttpHeaders, { fields }: FormView): HttpHeaders {
  const document = fields.get('tagging')
  if (document === undefined) return headers
  if (headers.has(TAGGING)) refuse({ kind: 'invalid-request', detail: 'The tags came twice.' })
  const tags = tagsOfDocument(readXml(Buffer.from(document, 'utf8'), { root: 'Tagging', namespace: S3_NAMESPACE }))
  const text = tags.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return headersOf([...headers.entries(), [TAGGING, text]])
}
