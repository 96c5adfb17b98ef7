import { parseDecimal } from '../../../http/index.ts'
import type { OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { shownRegion } from '../options.ts'
import { decoded, queryText, type Encoder, type OssRequest } from '../oss-request.ts'

const MAX_BUCKETS_LISTED = 1_000
const DEFAULT_BUCKETS_LISTED = 100

/** ListBuckets (GetService). Without any parameter the answer shows no page. */
export function decodeListBuckets(request: OssRequest): Decoded {
  return decoded(request, { kind: 'list-buckets' }, (): OperationOf<'list-buckets'> => {
    for (const name of ['tag-key', 'tag-value']) {
      if (request.query.has(name)) refuseArgument(name, undefined, 'Buckets are not listed by their tags here.')
    }
    const prefix = queryText(request, 'prefix')
    const after = queryText(request, 'marker')
    return {
      kind: 'list-buckets',
      maxBuckets: maxKeys(request, MAX_BUCKETS_LISTED, DEFAULT_BUCKETS_LISTED),
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
    }
  })
}

/** `max-keys`: 1 to `most`; more is refused. */
export function maxKeys(request: OssRequest, most: number, usual: number, name = 'max-keys'): number {
  const text = queryText(request, name)
  if (text === undefined) return usual
  const detail = `Argument ${name} must be an integer between 1 and ${most}.`
  return parseDecimal(text, { min: 1, max: most }) ?? refuseArgument(name, text, detail)
}

export const encodeListBuckets: Encoder<'list-buckets'> = ({ operation, result }, context, options) => {
  const endpoint = options.domains[0] ?? 'localhost'
  return respondXml(context, 'ListAllMyBucketsResult', [
    element('Prefix', operation.prefix ?? ''),
    element('Marker', operation.after ?? ''),
    element('MaxKeys', operation.maxBuckets),
    element('IsTruncated', result.next !== undefined),
    element('NextMarker', result.next),
    ownerElement(context.account),
    parent(
      'Buckets',
      ...result.buckets.map(({ name, createdMs, region }) =>
        parent(
          'Bucket',
          element('CreationDate', isoTime(createdMs)),
          element('ExtranetEndpoint', endpoint),
          element('IntranetEndpoint', endpoint),
          element('Location', shownRegion(region)),
          element('Name', name),
          element('Region', region),
          element('StorageClass', 'Standard'),
        ),
      ),
    ),
  ])
}
