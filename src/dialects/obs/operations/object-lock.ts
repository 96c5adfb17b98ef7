/** ?object-lock of a bucket and ?retention of an object: `COMPLIANCE` is the only mode that OBS has. */
import { parseDecimal } from '../../../http/index.ts'
import {
  refuse,
  type BucketName,
  type BucketObjectLock,
  type DefaultRetention,
  type ObjectTarget,
  type Retention,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { decoded, versioned, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'

const ROOT = 'ObjectLockConfiguration'
const MAX_DAYS = 36_500
const MAX_YEARS = 100
/** Later than this no clock counts. */
const MAX_TIME_MS = 253_402_300_799_000

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

function demandCompliance(root: XmlElement): void {
  if (settingOf(requireOne(root, 'Mode')) !== 'COMPLIANCE') malformed('Mode is COMPLIANCE')
}

export function decodeGetObjectLock(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-object-lock-configuration'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetObjectLock: Encoder<'get-object-lock-configuration'> = ({ result }, context) => {
  const rule = result.lock.defaultRetention
  const mode = rule?.mode === 'governance' ? 'GOVERNANCE' : 'COMPLIANCE'
  const retention =
    rule === undefined
      ? ''
      : parent('DefaultRetention', element('Mode', mode), element(rule.unit === 'days' ? 'Days' : 'Years', rule.count))
  return respondXml(context, ROOT, [
    element('ObjectLockEnabled', 'Enabled'),
    retention === '' ? '' : parent('Rule', retention),
  ])
}

export function decodePutObjectLock(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-object-lock-configuration'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, lock: readLock(bytes) })
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers))
}

function readLock(bytes: Uint8Array): BucketObjectLock {
  const root = readXml(bytes, { root: ROOT, namespace: REQUEST_NAMESPACE })
  expectOnly(root, ['ObjectLockEnabled', 'Rule'])
  if (settingOf(requireOne(root, 'ObjectLockEnabled')) !== 'Enabled') malformed('ObjectLockEnabled is Enabled')
  const rule = atMostOne(root, 'Rule')
  if (rule === undefined) return {}
  expectOnly(rule, ['DefaultRetention'])
  return { defaultRetention: readDefault(requireOne(rule, 'DefaultRetention')) }
}

function readDefault(retention: XmlElement): DefaultRetention {
  expectOnly(retention, ['Mode', 'Days', 'Years'])
  demandCompliance(retention)
  const [days, years] = [atMostOne(retention, 'Days'), atMostOne(retention, 'Years')]
  if ((days === undefined) === (years === undefined)) malformed('either Days or Years')
  const unit = days === undefined ? 'years' : 'days'
  const text = settingOf(days ?? requireOne(retention, 'Years'))
  const count = parseDecimal(text, { min: 1, max: unit === 'days' ? MAX_DAYS : MAX_YEARS })
  return { mode: 'compliance', unit, count: count ?? malformed(`${unit} is out of its range`) }
}

export const encodePutObjectLock: Encoder<'put-object-lock-configuration'> = (_answer, context) => respond(context, 200)

export function decodePutRetention(request: ObsRequest, at: ObjectTarget): Decoded {
  const target = versioned(request, { kind: 'put-object-retention', ...at } as const)
  const build: Decoded['build'] = (bytes) => ({ ...target, retention: readRetention(bytes), bypassGovernance: false })
  return decoded(request, target, build, wantedDocument(request.headers))
}

/** The end is a time of ISO 8601, or milliseconds since 1970. */
function readRetention(bytes: Uint8Array): Retention {
  const root = readXml(bytes, { root: 'Retention', namespace: REQUEST_NAMESPACE })
  expectOnly(root, ['Mode', 'RetainUntilDate'])
  demandCompliance(root)
  const text = settingOf(requireOne(root, 'RetainUntilDate'))
  const isIso = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,3})?Z$/.test(text)
  const untilMs = isIso ? Date.parse(text) : parseDecimal(text, { min: 1, max: MAX_TIME_MS })
  if (untilMs === undefined || !Number.isFinite(untilMs)) return malformed('RetainUntilDate is a time')
  return { mode: 'compliance', untilMs: Math.floor(untilMs / 1_000) * 1_000 }
}

export const encodePutRetention: Encoder<'put-object-retention'> = (_answer, context) => respond(context, 200)
