import { parseDecimal } from '../../../http/index.ts'
import { MAX_RESTORE_DAYS, refuse, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { respond, versionHeader } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_RESTORE_BYTES = 16 * 1024
const TIERS = ['Standard', 'Bulk', 'Expedited']

/** RestoreObject. The class is a label, and so is what a restore adds: at once, whichever tier was asked for. */
export function decodeRestoreObject(request: S3Request, at: ObjectTarget): Decoded {
  const versionId = queryVersionId(request)
  const target = { kind: 'restore-object', ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  const build: Decoded['build'] = (bytes) => ({ ...target, days: readDays(bytes) })
  const document = configurationDocument(request.view.headers, {
    maxBytes: MAX_RESTORE_BYTES,
    required: true,
    promised: false,
  })
  return decoded(request, target, build, { document })
}

function readDays(bytes: Uint8Array): number {
  const root = readXml(bytes, { root: 'RestoreRequest', namespace: S3_NAMESPACE })
  if (atMostOne(root, 'SelectParameters') !== undefined || atMostOne(root, 'OutputLocation') !== undefined) {
    return refuse({ kind: 'not-implemented', detail: 'A restore that selects from an object is not implemented.' })
  }
  expectOnly(root, ['Days', 'GlacierJobParameters', 'Tier', 'Description'])
  const job = atMostOne(root, 'GlacierJobParameters')
  const tier = job === undefined ? atMostOne(root, 'Tier') : requireOne(job, 'Tier')
  if (tier !== undefined && !TIERS.includes(settingOf(tier))) {
    refuse({ kind: 'malformed-xml', detail: `Tier is one of ${TIERS.join(', ')}` })
  }
  const days = parseDecimal(settingOf(requireOne(root, 'Days')), { min: 1, max: MAX_RESTORE_DAYS })
  return days ?? refuse({ kind: 'malformed-xml', detail: `Days is 1 to ${MAX_RESTORE_DAYS}` })
}

export const encodeRestoreObject: Encoder<'restore-object'> = ({ result }, context) =>
  respond(context, result.already ? 200 : 202, versionHeader(result.versionId))
