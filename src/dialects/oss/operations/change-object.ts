/** AppendObject, PutSymlink, GetSymlink, RestoreObject. */
import { decodePercent, parseDecimal } from '../../../http/index.ts'
import { MAX_RESTORE_DAYS, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { encodeName } from '../../listed-names.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { objectKeyOf } from '../address.ts'
import { crcHeader, etagHeader, lastModifiedHeader, respond, versionHeader } from '../answers.ts'
import { documentOf, objectExpectation } from '../documents.ts'
import { encryptionHeaders, encryptionRequest } from '../encryption-headers.ts'
import { METADATA_PREFIX, objectProperties, refuseUndoneWishes } from '../headers.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, queryNumber, queryVersionId, type Encoder, type OssRequest } from '../oss-request.ts'
import { limitLength, writeWishes } from './put-object.ts'

export function decodeAppendObject(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'append-object'
  return decoded(request, { kind, ...at }, () => {
    const { headers } = request.view
    refuseUndoneWishes(request)
    limitLength(request)
    const position =
      queryNumber(request, 'position', { min: 0, max: Number.MAX_SAFE_INTEGER }) ??
      refuseArgument('position', undefined, 'The parameter position is missing.')
    return {
      ...{ kind, ...at, position },
      properties: objectProperties(request),
      encryption: encryptionRequest(headers),
      expect: objectExpectation(headers),
    }
  })
}

export const encodeAppendObject: Encoder<'append-object'> = ({ result }, context) =>
  respond(context, 200, [
    etagHeader(result.etag),
    ['x-oss-next-append-position', String(result.size)],
    ...versionHeader(result.versionId),
    ...encryptionHeaders(result.encryption),
    ...crcHeader(result.crc64),
  ])

const TARGET = 'x-oss-symlink-target'

export function decodePutSymlink(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'put-symlink'
  return decoded(request, { kind, ...at }, () => {
    const { headers } = request.view
    const text = headers.get(TARGET) ?? refuseArgument(TARGET, undefined, `The header ${TARGET} is missing.`)
    const { condition } = writeWishes(headers)
    return {
      ...{ kind, ...at, target: objectKeyOf(decodePercent(text)) },
      properties: objectProperties(request),
      ...(condition === undefined ? {} : { condition }),
    }
  })
}

export const encodePutSymlink: Encoder<'put-symlink'> = ({ result }, context) =>
  respond(context, 200, [etagHeader(result.etag), ...versionHeader(result.versionId)])

export function decodeGetSymlink(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'get-symlink'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  return decoded(request, target, () => target)
}

export const encodeGetSymlink: Encoder<'get-symlink'> = ({ result }, context) =>
  respond(context, 200, [
    [TARGET, encodeName(result.target)],
    etagHeader(result.etag),
    lastModifiedHeader(result.lastModifiedMs),
    ...versionHeader(result.versionId),
    ...result.properties.metadata.map(([name, value]) => [`${METADATA_PREFIX}${name}`, value] as const),
  ])

const TIERS = ['Expedited', 'Standard', 'Bulk']

export function decodeRestoreObject(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'restore-object'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  const build: Decoded['build'] = (bytes) => ({ ...target, days: bytes.length === 0 ? 1 : readDays(bytes) })
  return decoded(request, target, build, documentOf(request.view.headers, { required: false }))
}

function readDays(bytes: Uint8Array): number {
  const root = readXml(bytes, { root: 'RestoreRequest', namespace: OSS_NAMESPACE })
  expectOnly(root, ['Days', 'JobParameters'])
  const job = atMostOne(root, 'JobParameters')
  if (job !== undefined) {
    expectOnly(job, ['Tier'])
    const tier = settingOf(requireOne(job, 'Tier'))
    if (!TIERS.includes(tier)) refuseArgument('Tier', tier, 'Tier is Expedited, Standard or Bulk.')
  }
  const text = settingOf(requireOne(root, 'Days'))
  const days = parseDecimal(text, { min: 1, max: MAX_RESTORE_DAYS })
  return days ?? refuseArgument('Days', text, `Days is 1 to ${MAX_RESTORE_DAYS}.`)
}

export const encodeRestoreObject: Encoder<'restore-object'> = ({ result }, context) =>
  respond(context, result.already ? 200 : 202, versionHeader(result.versionId))
