/** GetObjectRetention, PutObjectRetention, GetObjectLegalHold, PutObjectLegalHold. */
import {
  refuse,
  type ObjectTarget,
  type OperationOf,
  type Retention,
  type VersionId,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { isoTime } from '../../iso-time.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { bypassesGovernance, lockRights, retainUntil, retentionMode, SHOWN_MODES } from '../lock-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_DOCUMENT_BYTES = 16 * 1024

type LockTarget<Kind extends string> = ObjectTarget & { readonly kind: Kind; readonly versionId?: VersionId }

function lockTarget<Kind extends string>(request: S3Request, at: ObjectTarget, kind: Kind): LockTarget<Kind> {
  const versionId = queryVersionId(request)
  return { kind, ...at, ...(versionId === undefined ? {} : { versionId }) }
}

export function decodeGetObjectRetention(request: S3Request, at: ObjectTarget): Decoded {
  const target = lockTarget(request, at, 'get-object-retention')
  return decoded(request, target, () => target)
}

export const encodeGetObjectRetention: Encoder<'get-object-retention'> = ({ result: { retention } }, context) =>
  respondXml(context, 'Retention', [
    element('Mode', SHOWN_MODES[retention.mode]),
    element('RetainUntilDate', isoTime(retention.untilMs)),
  ])

export function decodePutObjectRetention(request: S3Request, at: ObjectTarget): Decoded {
  const target = lockTarget(request, at, 'put-object-retention')
  const { headers } = request.view
  const also = lockRights(headers, 'removal')
  const build = (bytes: Uint8Array): OperationOf<'put-object-retention'> => ({
    ...target,
    ...readRetention(bytes),
    bypassGovernance: bypassesGovernance(headers),
  })
  const document = configurationDocument(headers, { maxBytes: MAX_DOCUMENT_BYTES, required: true })
  return decoded(request, also.length === 0 ? target : { ...target, also }, build, { document })
}

/** An empty document lifts the retention. */
function readRetention(bytes: Uint8Array): { readonly retention?: Retention } {
  const root = readXml(bytes, { root: 'Retention', namespace: S3_NAMESPACE })
  expectOnly(root, ['Mode', 'RetainUntilDate'])
  const [mode, until] = [atMostOne(root, 'Mode'), atMostOne(root, 'RetainUntilDate')]
  if (mode === undefined && until === undefined) return {}
  if (mode === undefined || until === undefined) return malformed('Mode and RetainUntilDate go together')
  return {
    retention: {
      mode: retentionMode(settingOf(mode)) ?? malformed('Mode is GOVERNANCE or COMPLIANCE'),
      untilMs: retainUntil(settingOf(until)) ?? malformed('RetainUntilDate is a date of ISO 8601'),
    },
  }
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

export const encodePutObjectRetention: Encoder<'put-object-retention'> = (_answer, context) => respond(context, 200)

export function decodeGetObjectLegalHold(request: S3Request, at: ObjectTarget): Decoded {
  const target = lockTarget(request, at, 'get-object-legal-hold')
  return decoded(request, target, () => target)
}

export const encodeGetObjectLegalHold: Encoder<'get-object-legal-hold'> = ({ result }, context) =>
  respondXml(context, 'LegalHold', [element('Status', result.legalHold ? 'ON' : 'OFF')])

export function decodePutObjectLegalHold(request: S3Request, at: ObjectTarget): Decoded {
  const target = lockTarget(request, at, 'put-object-legal-hold')
  const build = (bytes: Uint8Array): OperationOf<'put-object-legal-hold'> => {
    const root = readXml(bytes, { root: 'LegalHold', namespace: S3_NAMESPACE })
    expectOnly(root, ['Status'])
    const status = settingOf(requireOne(root, 'Status'))
    if (status !== 'ON' && status !== 'OFF') malformed('Status is ON or OFF')
    return { ...target, legalHold: status === 'ON' }
  }
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_DOCUMENT_BYTES, required: true })
  return decoded(request, target, build, { document })
}

export const encodePutObjectLegalHold: Encoder<'put-object-legal-hold'> = (_answer, context) => respond(context, 200)
