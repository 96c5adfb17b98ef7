import { refuse, type OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { decoded, queryNumber, queryText, type CosRequest, type Encoder } from '../cos-request.ts'

const MAX_BUCKETS_LISTED = 2_000
/** Filters by tags and by time of creation. */
const UNDONE = ['tagkey', 'tagvalue', 'create-time', 'range']

type ListBuckets = OperationOf<'list-buckets'> & { readonly inRegion?: string }

/** GET Service. A host that names a region, or the parameter, confines the answer to it. */
export function decodeListBuckets(request: CosRequest): Decoded {
  return decoded(request, { kind: 'list-buckets' }, (): ListBuckets => {
    for (const name of UNDONE) {
      if (queryText(request, name) !== undefined) {
        refuse({ kind: 'not-implemented', detail: `The parameter ${name} of GET Service is not implemented.` })
      }
    }
    const after = queryText(request, 'marker')
    const inRegion = queryText(request, 'region') ?? request.region
    return {
      kind: 'list-buckets',
      maxBuckets: queryNumber(request, 'max-keys', { min: 1, max: MAX_BUCKETS_LISTED }) ?? MAX_BUCKETS_LISTED,
      ...(after === undefined ? {} : { after }),
      ...(inRegion === undefined ? {} : { inRegion }),
    }
  })
}

function regionAsked(operation: OperationOf<'list-buckets'>): string | undefined {
  return 'inRegion' in operation && typeof operation.inRegion === 'string' ? operation.inRegion : undefined
}

export const encodeListBuckets: Encoder<'list-buckets'> = ({ operation, result }, context) => {
  const inRegion = regionAsked(operation)
  const shown = result.buckets.filter(({ region }) => inRegion === undefined || region === inRegion)
  const buckets = shown.map(({ name, createdMs, region }) =>
    parent(
      'Bucket',
      element('Name', name),
      element('Location', region),
      element('CreationDate', isoTime(createdMs)),
      element('BucketType', 'cos'),
    ),
  )
  return respondXml(context, 'ListAllMyBucketsResult', [
    ownerElement('Owner', context),
    parent('Buckets', ...buckets),
    element('Marker', operation.after ?? ''),
    element('NextMarker', result.next),
    element('IsTruncated', result.next !== undefined),
  ])
}
