import { refuse, type BucketName, type Versioning } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

export function decodeGetBucketVersioning(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-versioning'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** `unversioned`: nobody ever said, and there is no element. */
export const VERSIONING: Readonly<Record<Versioning, string | undefined>> = {
  unversioned: undefined,
  enabled: 'Enabled',
  suspended: 'Suspended',
}

export const encodeGetBucketVersioning: Encoder<'get-bucket-versioning'> = ({ result }, context) =>
  respondXml(context, 'VersioningConfiguration', [element('Status', VERSIONING[result.versioning])])

export function decodePutBucketVersioning(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-versioning'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, versioning: readVersioning(bytes) })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

function readVersioning(bytes: Uint8Array): 'enabled' | 'suspended' {
  const root = readXml(bytes, { root: 'VersioningConfiguration', namespace: OSS_NAMESPACE })
  expectOnly(root, ['Status'])
  const status = settingOf(requireOne(root, 'Status'))
  if (status === 'Enabled') return 'enabled'
  return status === 'Suspended'
    ? 'suspended'
    : refuse({ kind: 'malformed-xml', detail: 'Status is Enabled or Suspended' })
}

export const encodePutBucketVersioning: Encoder<'put-bucket-versioning'> = (_answer, context) => respond(context, 200)
