/** PostObject: an upload by an HTML form (OSS API reference), which is a PUT in another dress. */
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { answerForm, headersOfForm, keyOfForm, putAnswer, type FormAnswer } from '../../form-upload.ts'
import { objectKeyOf } from '../address.ts'
import { refuseUndoneRequests } from '../headers.ts'
import type { OssRequest } from '../oss-request.ts'
import { decodePutObject, encodePutObject } from './put-object.ts'

const SPELLING = { prefix: 'x-oss-', spelled: new Map([['callback', 'x-oss-callback']]) }
const ELEMENTS: FormAnswer['elements'] = ['Bucket', 'Location', 'Key', 'ETag']

export function decodePostObject(request: OssRequest, bucket: BucketName): Decoded {
  const { view, options } = request
  const { form } = view
  if (form === undefined) return refuse({ kind: 'not-a-form' })
  const key = objectKeyOf(keyOfForm(form))
  const headers = headersOfForm(form, SPELLING)
  refuseUndoneRequests(headers)
  const put = decodePutObject({ ...request, view: { ...view, headers } }, { bucket, key })
  const answer = { view, form, bucket, key, elements: ELEMENTS }
  return { ...put, encode: (done, context) => answerForm(encodePutObject(putAnswer(done), context, options), answer) }
}
