/** GetObjectAttributes. */
import { parseDecimal } from '../../../http/index.ts'
import { MAX_PART_NUMBER, type AttributesRequest, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { checksumElements, lastModifiedHeader, respondXml, versionHeader, type Headers } from '../answers.ts'
import { customerKeyOfRead, refuseServerSideHeaders } from '../encryption-headers.ts'
import { shownStorageClass } from '../headers.ts'
import { decoded, queryVersionId, type AnswerOf, type Encoder, type S3Request } from '../s3-request.ts'

const ATTRIBUTES_HEADER = 'x-amz-object-attributes'
const MAX_PARTS_SHOWN = 1_000

type Wish = AttributesRequest['wants'][number]

const WISHES: ReadonlyMap<string, Wish> = new Map([
  ['ETag', 'etag'],
  ['Checksum', 'checksum'],
  ['ObjectParts', 'object-parts'],
  ['StorageClass', 'storage-class'],
  ['ObjectSize', 'object-size'],
])

export function decodeGetObjectAttributes(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'get-object-attributes'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  return decoded(request, target, () => {
    refuseServerSideHeaders(request)
    const customer = customerKeyOfRead(request)
    return {
      ...target,
      wants: wishes(request),
      partNumberMarker: headerNumber(request, 'x-amz-part-number-marker', MAX_PART_NUMBER) ?? 0,
      maxParts: Math.min(headerNumber(request, 'x-amz-max-parts', 0x7fff_ffff) ?? MAX_PARTS_SHOWN, MAX_PARTS_SHOWN),
      ...(customer === undefined ? {} : { customer }),
    }
  })
}

function wishes(request: S3Request): readonly Wish[] {
  const text = request.view.headers.get(ATTRIBUTES_HEADER) ?? ''
  return text.split(',').map((name) => {
    const wish = WISHES.get(name.trim())
    return wish ?? refuseArgument(ATTRIBUTES_HEADER, text, 'Invalid attribute name specified.')
  })
}

function headerNumber(request: S3Request, name: string, max: number): number | undefined {
  const text = request.view.headers.get(name)
  if (text === undefined) return undefined
  return parseDecimal(text, { min: 0, max }) ?? refuseArgument(name, text, `${name} is not a number in its range`)
}

export const encodeGetObjectAttributes: Encoder<'get-object-attributes'> = (answer, context) => {
  const { operation, result } = answer
  const { object } = result
  const wants = (wish: Wish): boolean => operation.wants.includes(wish)
  const checksums = wants('checksum') ? checksumElements(object.checksums, 'with-type') : []
  const headers: Headers = [lastModifiedHeader(object.lastModifiedMs), ...versionHeader(object.versionId)]
  return respondXml(
    context,
    'GetObjectAttributesResponse',
    [
      wants('etag') ? element('ETag', object.etag) : '',
      checksums.length > 0 ? parent('Checksum', ...checksums) : '',
      wants('object-parts') ? objectParts(answer) : '',
      wants('storage-class') ? element('StorageClass', shownStorageClass(object.storageClass)) : '',
      wants('object-size') ? element('ObjectSize', object.size) : '',
    ],
    headers,
  )
}

function objectParts({ operation, result }: AnswerOf<'get-object-attributes'>): string {
  const { parts } = result
  if (parts === undefined) return ''
  return parent(
    'ObjectParts',
    element('PartsCount', parts.total),
    element('PartNumberMarker', operation.partNumberMarker),
    element('NextPartNumberMarker', parts.next ?? parts.listed.at(-1)?.partNumber ?? 0),
    element('MaxParts', operation.maxParts),
    element('IsTruncated', parts.next !== undefined),
    ...parts.listed.map((part) =>
      parent(
        'Part',
        element('PartNumber', part.partNumber),
        element('Size', part.size),
        ...checksumElements(part.checksums, 'values-only'),
      ),
    ),
  )
}
