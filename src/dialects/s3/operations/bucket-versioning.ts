import { refuse, type BucketName, type Versioning } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_VERSIONING_BYTES = 16 * 1024

export function decodeGetBucketVersioning(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-versioning'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

const STATUS: Readonly<Record<Versioning, string | undefined>> = {
  unversioned: undefined,
  enabled: 'Enabled',
  suspended: 'Suspended',
}

export const encodeGetBucketVersioning: Encoder<'get-bucket-versioning'> = ({ result }, context) =>
  respondXml(context, 'VersioningConfiguration', [element('Status', STATUS[result.versioning])])

export function decodePutBucketVersioning(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-versioning'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_VERSIONING_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, versioning: readVersioning(bytes) })
  return decoded(request, { kind, bucket }, build, { document })
}

/** MFA Delete is not implemented: asking for it is refused, `Disabled` is what there is. */
function readVersioning(bytes: Uint8Array): 'enabled' | 'suspended' {
  const root = readXml(bytes, { root: 'VersioningConfiguration', namespace: S3_NAMESPACE })
  expectOnly(root, ['Status', 'MfaDelete'])
  const mfa = atMostOne(root, 'MfaDelete')
  if (mfa !== undefined && settingOf(mfa) !== 'Disabled') {
    refuse({ kind: 'not-implemented', detail: 'MFA Delete is not implemented.' })
  }
  const status = settingOf(requireOne(root, 'Status'))
  if (status === 'Enabled') return 'enabled'
  return status === 'Suspended'
    ? 'suspended'
    : refuse({ kind: 'malformed-xml', detail: 'Status is Enabled or Suspended' })
}

export const encodePutBucketVersioning: Encoder<'put-bucket-versioning'> = (_answer, context) => respond(context, 200)
