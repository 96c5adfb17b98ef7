import type { OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { decoded, queryNumber, queryText, type Encoder, type ObsRequest } from '../obs-request.ts'

const MAX_BUCKETS_LISTED = 1_000
const TYPE = 'x-obs-bucket-type'

type SpelledBuckets = OperationOf<'list-buckets'> & { readonly paged: boolean; readonly shownNone: boolean }

/** Pages only where they are asked for. There are no parallel file systems: a list of those is empty. */
export function decodeListBuckets(request: ObsRequest): Decoded {
  const kind = 'list-buckets'
  return decoded(request, { kind }, (): SpelledBuckets => {
    const type = request.headers.get(TYPE)
    if (type !== undefined && type !== 'OBJECT' && type !== 'POSIX') refuseArgument(TYPE, type, 'OBJECT or POSIX')
    const after = queryText(request, 'marker')
    const maxBuckets = queryNumber(request, 'max-keys', { min: 1, max: MAX_BUCKETS_LISTED })
    return {
      ...{ kind, paged: after !== undefined || maxBuckets !== undefined, shownNone: type === 'POSIX' },
      ...(after === undefined ? {} : { after }),
      ...(maxBuckets === undefined ? {} : { maxBuckets }),
    }
  })
}

function isSpelled(operation: OperationOf<'list-buckets'>): operation is SpelledBuckets {
  return 'paged' in operation
}

export const encodeListBuckets: Encoder<'list-buckets'> = ({ operation, result }, context) => {
  const { paged, shownNone } = isSpelled(operation) ? operation : { paged: false, shownNone: false }
  const shown = shownNone ? [] : result.buckets
  const next = shownNone ? undefined : result.next
  return respondXml(context, 'ListAllMyBucketsResult', [
    ownerElement('Owner', context),
    ...(paged
      ? [
          element('Marker', operation.after ?? ''),
          element('MaxKeys', operation.maxBuckets ?? MAX_BUCKETS_LISTED),
          element('IsTruncated', next !== undefined),
          element('NextMarker', next),
        ]
      : []),
    parent(
      'Buckets',
      ...shown.map(({ name, createdMs, region }) =>
        parent(
          'Bucket',
          element('Name', name),
          element('CreationDate', isoTime(createdMs)),
          element('Location', region),
          element('BucketType', 'OBJECT'),
        ),
      ),
    ),
  ])
}
