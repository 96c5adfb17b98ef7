/** GetObjectLockConfiguration and PutObjectLockConfiguration. */
import { parseDecimal } from '../../../http/index.ts'
import {
  refuse,
  type BucketName,
  type BucketObjectLock,
  type DefaultRetention,
  type OperationOf,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../../xml.ts'
import { element, parent } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { retentionMode, SHOWN_MODES } from '../lock-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const ROOT = 'ObjectLockConfiguration'
const MAX_CONFIGURATION_BYTES = 16 * 1024
/** S3 User Guide, object lock considerations. */
const MAX_DAYS = 36_500
const MAX_YEARS = 100

export function decodeGetObjectLockConfiguration(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-object-lock-configuration'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetObjectLockConfiguration: Encoder<'get-object-lock-configuration'> = ({ result }, context) => {
  const rule = result.lock.defaultRetention
  return respondXml(context, ROOT, [
    element('ObjectLockEnabled', 'Enabled'),
    rule === undefined
      ? ''
      : parent(
          'Rule',
          parent(
            'DefaultRetention',
            element('Mode', SHOWN_MODES[rule.mode]),
            element(rule.unit === 'days' ? 'Days' : 'Years', rule.count),
          ),
        ),
  ])
}

export function decodePutObjectLockConfiguration(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-object-lock-configuration'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_CONFIGURATION_BYTES, required: true })
  const build = (bytes: Uint8Array): OperationOf<typeof kind> => ({ kind, bucket, lock: readLock(bytes) })
  return decoded(request, { kind, bucket }, build, { document })
}

function readLock(bytes: Uint8Array): BucketObjectLock {
  const root = readXml(bytes, { root: ROOT, namespace: S3_NAMESPACE })
  expectOnly(root, ['ObjectLockEnabled', 'Rule'])
  if (settingOf(requireOne(root, 'ObjectLockEnabled')) !== 'Enabled') malformed('ObjectLockEnabled is Enabled')
  const rule = atMostOne(root, 'Rule')
  if (rule === undefined) return {}
  expectOnly(rule, ['DefaultRetention'])
  return { defaultRetention: readDefault(requireOne(rule, 'DefaultRetention')) }
}

function readDefault(element: XmlElement): DefaultRetention {
  expectOnly(element, ['Mode', 'Days', 'Years'])
  const mode = retentionMode(settingOf(requireOne(element, 'Mode'))) ?? malformed('Mode is GOVERNANCE or COMPLIANCE')
  const [days, years] = [atMostOne(element, 'Days'), atMostOne(element, 'Years')]
  if (days !== undefined && years === undefined) return { mode, unit: 'days', count: countOf(days, MAX_DAYS) }
  if (years !== undefined && days === undefined) return { mode, unit: 'years', count: countOf(years, MAX_YEARS) }
  return malformed('either Days or Years')
}

function countOf(element: XmlElement, max: number): number {
  const text = settingOf(element)
  const count = parseDecimal(text, { min: 1, max })
  if (count !== undefined) return count
  const detail = `Default retention period must be a positive integer value of at most ${max} ${element.name.toLowerCase()}`
  return refuse({ kind: 'invalid-argument', argument: element.name, value: text.slice(0, 32), detail })
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

export const encodePutObjectLockConfiguration: Encoder<'put-object-lock-configuration'> = (_answer, context) =>
  respond(context, 200)
