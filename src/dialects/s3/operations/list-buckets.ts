import type { OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { isoTime } from '../../iso-time.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { decoded, queryNumber, queryText, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_BUCKETS_LISTED = 10_000

/** ListBuckets. The token of a page is the last name of the page before it. */
export function decodeListBuckets(request: S3Request): Decoded {
  return decoded(request, { kind: 'list-buckets' }, (): ListBuckets => {
    const prefix = queryText(request, 'prefix')
    const after = queryText(request, 'continuation-token')
    const maxBuckets = queryNumber(request, 'max-buckets', { min: 1, max: MAX_BUCKETS_LISTED })
    const inRegion = queryText(request, 'bucket-region')
    return {
      kind: 'list-buckets',
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
      ...(maxBuckets === undefined ? {} : { maxBuckets }),
      ...(inRegion === undefined ? {} : { inRegion }),
    }
  })
}

/** With the region that the answer is confined to. */
type ListBuckets = OperationOf<'list-buckets'> & { readonly inRegion?: string }

function regionAsked(operation: OperationOf<'list-buckets'>): string | undefined {
  return 'inRegion' in operation && typeof operation.inRegion === 'string' ? operation.inRegion : undefined
}

export const encodeListBuckets: Encoder<'list-buckets'> = ({ operation, result }, context) => {
  const inRegion = regionAsked(operation)
  const shown = result.buckets.filter(({ region }) => inRegion === undefined || region === inRegion)
  return respondXml(context, 'ListAllMyBucketsResult', [
    ownerElement('Owner', context),
    parent(
      'Buckets',
      ...shown.map(({ name, createdMs, region }) =>
        parent(
          'Bucket',
          element('Name', name),
          element('CreationDate', isoTime(createdMs)),
          element('BucketRegion', region),
        ),
      ),
    ),
    element('ContinuationToken', result.next),
    element('Prefix', operation.prefix),
  ])
}
