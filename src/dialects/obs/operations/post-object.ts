/** POST upload: an HTML form (OBS API reference), which is a PUT in another dress. */
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { answerForm, headersOfForm, keyOfForm, putAnswer, type FormAnswer } from '../../form-upload.ts'
import { objectKeyOf } from '../address.ts'
import type { ObsRequest } from '../obs-request.ts'
import { decodePutObject, encodePutObject } from './put-object.ts'

const SPELLING = { prefix: 'x-obs-', spelled: new Map([['acl', 'x-obs-acl']]) }
const ELEMENTS: FormAnswer['elements'] = ['Location', 'Bucket', 'Key', 'ETag']

export function decodePostObject(request: ObsRequest, bucket: BucketName): Decoded {
  const { view, face } = request
  const { form } = view
  if (form === undefined) return refuse({ kind: 'not-a-form' })
  const key = objectKeyOf(keyOfForm(form))
  const put = decodePutObject({ ...request, headers: headersOfForm(form, SPELLING) }, { bucket, key })
  const answer = { view, form, bucket, key, elements: ELEMENTS }
  return {
    ...put,
    encode: (done, context) => answerForm(encodePutObject(putAnswer(done), { ...context, face }), answer),
  }
}
