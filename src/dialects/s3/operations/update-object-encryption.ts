import { refuse, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { respond } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_ENCRYPTION_BYTES = 16 * 1024
const KEY_ARN = /^arn:aws[a-zA-Z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-zA-Z0-9-]+$/
const MIN_ARN_CHARACTERS = 20
const MAX_ARN_CHARACTERS = 2_048

/** UpdateObjectEncryption: another KMS key for an object as it lies (spec 9.2). Signed, and with a checksum of its body. */
export function decodeUpdateObjectEncryption(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'update-object-encryption'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  const build: Decoded['build'] = (bytes) => ({ ...target, ...readTargetKey(bytes) })
  return decoded(request, target, build, {
    document: configurationDocument(request.view.headers, {
      maxBytes: MAX_ENCRYPTION_BYTES,
      required: true,
      promised: true,
    }),
    requiresSigV4: true,
  })
}

function readTargetKey(bytes: Uint8Array): { readonly keyArn: string; readonly bucketKey: boolean } {
  const root = readXml(bytes, { root: 'ObjectEncryption', namespace: S3_NAMESPACE })
  const kms = atMostOne(root, 'SSE-KMS')
  if (kms === undefined || root.children.length !== 1) {
    return refuse({
      kind: 'invalid-request',
      detail: 'The encryption type of an object can be changed to SSE-KMS only.',
    })
  }
  expectOnly(kms, ['KMSKeyArn', 'BucketKeyEnabled'])
  const keyArn = settingOf(requireOne(kms, 'KMSKeyArn'))
  const fits = keyArn.length >= MIN_ARN_CHARACTERS && keyArn.length <= MAX_ARN_CHARACTERS && KEY_ARN.test(keyArn)
  if (!fits) refuse({ kind: 'invalid-request', detail: 'KMSKeyArn has to be the full ARN of a KMS key.' })
  const flag = atMostOne(kms, 'BucketKeyEnabled')
  const text = flag === undefined ? 'false' : settingOf(flag)
  if (text !== 'true' && text !== 'false') {
    refuse({ kind: 'invalid-request', detail: 'BucketKeyEnabled is true or false.' })
  }
  return { keyArn, bucketKey: text === 'true' }
}

export const encodeUpdateObjectEncryption: Encoder<'update-object-encryption'> = (_answer, context) =>
  respond(context, 200)
