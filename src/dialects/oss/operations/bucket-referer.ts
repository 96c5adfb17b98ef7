/** GetBucketReferer, PutBucketReferer. There is no deleting: an empty list is put. */
import { refuse, type BucketName, type OperationOf, type RefererRules } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, type XmlElement } from '../../xml.ts'
import { element, parent } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

const ROOT = 'RefererConfiguration'

export function decodeGetBucketReferer(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-referer'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** `RefererList` is there also when it is empty: one client reads it unasked. */
export const encodeGetBucketReferer: Encoder<'get-bucket-referer'> = ({ result: { referer } }, context) =>
  respondXml(context, ROOT, [
    element('AllowEmptyReferer', referer.allowEmpty),
    element('AllowTruncateQueryString', referer.truncateQuery ?? true),
    element('TruncatePath', referer.truncatePath ?? false),
    parent('RefererList', ...referer.allowed.map((one) => element('Referer', one))),
    referer.denied.length === 0
      ? ''
      : parent('RefererBlacklist', ...referer.denied.map((one) => element('Referer', one))),
  ])

export function decodePutBucketReferer(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-referer'
  const build = async (bytes: Uint8Array): Promise<OperationOf<typeof kind>> => ({
    ...{ kind, bucket },
    referer: readReferer(await readLongXml(bytes, { root: ROOT, namespace: OSS_NAMESPACE })),
  })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

function readReferer(root: XmlElement): RefererRules {
  expectOnly(root, [
    ...['AllowEmptyReferer', 'AllowTruncateQueryString', 'TruncatePath', 'RefererList', 'RefererBlacklist'],
  ])
  const allowEmpty = flagOf(requireOne(root, 'AllowEmptyReferer'))
  const [allowed, denied] = [listOf(root, 'RefererList'), listOf(root, 'RefererBlacklist')]
  return {
    enabled: !allowEmpty || allowed.length > 0 || denied.length > 0,
    allowEmpty,
    allowed,
    denied,
    truncateQuery: optionalFlag(root, 'AllowTruncateQueryString') ?? true,
    truncatePath: optionalFlag(root, 'TruncatePath') ?? false,
  }
}

function listOf(root: XmlElement, name: string): readonly string[] {
  const list = atMostOne(root, name)
  if (list === undefined) return []
  expectOnly(list, ['Referer'])
  return every(list, 'Referer')
    .map(settingOf)
    .filter((text) => text !== '')
}

function optionalFlag(root: XmlElement, name: string): boolean | undefined {
  const found = atMostOne(root, name)
  return found === undefined ? undefined : flagOf(found)
}

function flagOf(found: XmlElement): boolean {
  const text = settingOf(found).toLowerCase()
  if (text === 'true') return true
  return text === 'false' ? false : refuse({ kind: 'malformed-xml', detail: `${found.name} is true or false` })
}

export const encodePutBucketReferer: Encoder<'put-bucket-referer'> = (_answer, context) => respond(context, 200)
