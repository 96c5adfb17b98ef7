import { refuse, type BucketName, type Versioning } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'

export function decodeGetBucketVersioning(request: CosRequest, bucket: BucketName): Decoded {
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

export function decodePutBucketVersioning(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-versioning'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, versioning: readVersioning(bytes) })
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers))
}

function readVersioning(bytes: Uint8Array): 'enabled' | 'suspended' {
  const root = readXml(bytes, { root: 'VersioningConfiguration', namespace: '' })
  expectOnly(root, ['Status'])
  const status = settingOf(requireOne(root, 'Status'))
  if (status === 'Enabled') return 'enabled'
  return status === 'Suspended'
    ? 'suspended'
    : refuse({ kind: 'malformed-xml', detail: 'Status is Enabled or Suspended' })
}

export const encodePutBucketVersioning: Encoder<'put-bucket-versioning'> = (_answer, context) => respond(context, 200)
