import { parseDecimal } from '../../../http/index.ts'
import { MAX_RESTORE_DAYS, refuse, type ObjectTarget, type OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { respond, versionHeader } from '../answers.ts'
import { decoded, queryVersionId, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'

const TIERS = ['Expedited', 'Standard', 'Bulk']

/** POST Object restore. The class is a label: what is restored is a label too, at once, whichever tier was asked for. */
export function decodeRestoreObject(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'restore-object'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  const build = (bytes: Uint8Array): OperationOf<'restore-object'> => ({ ...target, days: readDays(bytes) })
  return decoded(request, target, build, configurationDocument(request.view.headers))
}

function readDays(bytes: Uint8Array): number {
  const root = readXml(bytes, { root: 'RestoreRequest', namespace: '' })
  expectOnly(root, ['Days', 'CASJobParameters'])
  const job = atMostOne(root, 'CASJobParameters')
  if (job !== undefined) {
    expectOnly(job, ['Tier'])
    const tier = atMostOne(job, 'Tier')
    if (tier !== undefined && !TIERS.includes(settingOf(tier))) {
      refuse({ kind: 'malformed-xml', detail: `Tier is one of ${TIERS.join(', ')}` })
    }
  }
  const days = parseDecimal(settingOf(requireOne(root, 'Days')), { min: 1, max: MAX_RESTORE_DAYS })
  return days ?? refuse({ kind: 'malformed-xml', detail: `Days is 1 to ${MAX_RESTORE_DAYS}` })
}

export const encodeRestoreObject: Encoder<'restore-object'> = ({ result }, context) =>
  respond(context, result.already ? 200 : 202, versionHeader(result.versionId))
