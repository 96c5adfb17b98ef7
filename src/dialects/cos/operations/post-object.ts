/** POST Object: an upload by an HTML form (Tencent COS), which is a PUT in another dress. */
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { answerForm, headersOfForm, keyOfForm, putAnswer, type FormAnswer } from '../../form-upload.ts'
import { objectKeyOf } from '../address.ts'
import type { CosRequest } from '../cos-request.ts'
import { decodePutObject, encodePutObject } from './put-object.ts'

const SPELLING = { prefix: 'x-cos-', spelled: new Map([['acl', 'x-cos-acl']]) }
const ELEMENTS: FormAnswer['elements'] = ['Location', 'Bucket', 'Key', 'ETag']

export function decodePostObject(request: CosRequest, bucket: BucketName): Decoded {
  const { view } = request
  const { form } = view
  if (form === undefined) return refuse({ kind: 'not-a-form' })
  const key = objectKeyOf(keyOfForm(form))
  const headers = headersOfForm(form, SPELLING)
  const put = decodePutObject({ ...request, view: { ...view, headers } }, { bucket, key })
  const answer = { view, form, bucket, key, elements: ELEMENTS }
  return { ...put, encode: (done, context) => answerForm(encodePutObject(putAnswer(done), context), answer) }
}
