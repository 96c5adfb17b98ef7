import { refuse, type CopySource, type ObjectTarget, type Target } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { aclWish } from '../acl.ts'
import { element } from '../../xml-writer.ts'
import { isoTime } from '../../iso-time.ts'
import { readConditions } from '../../read-conditions.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { checksumElements, encryptionHeaders, respondXml, versionHeader, type Headers } from '../answers.ts'
import { wantedAlgorithm } from '../checksum-headers.ts'
import { writeCondition } from '../conditions.ts'
import { COPY_SOURCE, parseCopySource } from '../copy-source.ts'
import { customerKeyOfSource, encryptionRequest } from '../encryption-headers.ts'
import { expiryHeader } from '../expiry-header.ts'
import { classOfWrite, refuseUndoneWishes, systemHeaders, userMetadata } from '../headers.ts'
import { lockWishes } from '../lock-headers.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'
import { parseTaggingHeader } from '../tags.ts'
import { customerKeyMark, refuseVersionId } from './put-object.ts'

export function decodeCopyObject(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'copy-object'
  refuseVersionId(request)
  const source = sourceNamed(request)
  const copiesTags = request.view.headers.get('x-amz-tagging-directive') !== 'REPLACE'
  return decoded(request, { kind, ...at, source, copiesTags, ...customerKeyMark(request) }, () => {
    const { headers } = request.view
    refuseUndoneWishes(headers)
    const className = classOfWrite(request)
    const checksum = wantedAlgorithm(headers)
    const condition = writeCondition(headers)
    return {
      kind,
      ...at,
      encryption: encryptionRequest(request),
      source: copySource(request, source),
      ...replacedProperties(request),
      ...replacedTags(request),
      ...(className === undefined ? {} : { storageClass: className }),
      ...(checksum === undefined ? {} : { checksum }),
      ...(condition === undefined ? {} : { condition }),
      ...lockWishes(headers),
      ...aclWish(headers),
    }
  })
}

export function sourceNamed(request: S3Request): NonNullable<Target['source']> {
  return parseCopySource(request.view.headers.get(COPY_SOURCE) ?? '')
}

/** The source with its conditions and its key. */
export function copySource(request: S3Request, source: NonNullable<Target['source']>): CopySource {
  const customer = customerKeyOfSource(request)
  return {
    ...source,
    conditions: readConditions(request.view.headers, 'x-amz-copy-source-'),
    ...(customer === undefined ? {} : { customer }),
  }
}

function replaces(request: S3Request, header: string): boolean {
  const text = request.view.headers.get(header)
  if (text === undefined || text === 'COPY') return false
  return text === 'REPLACE' ? true : refuseArgument(header, text, `Unknown ${header}: COPY or REPLACE.`)
}

function replacedProperties(request: S3Request): {
  readonly replaceProperties?: { system: ReturnType<typeof systemHeaders>; metadata: ReturnType<typeof userMetadata> }
} {
  const { headers } = request.view
  if (replaces(request, 'x-amz-metadata-directive')) {
    return { replaceProperties: { system: systemHeaders(headers), metadata: userMetadata(headers) } }
  }
  const redirect = 'x-amz-website-redirect-location'
  if (headers.has(redirect)) {
    const detail = `${redirect} of a copy is implemented with x-amz-metadata-directive: REPLACE only.`
    refuse({ kind: 'not-implemented', detail, header: redirect })
  }
  return {}
}

function replacedTags(request: S3Request): { readonly replaceTags?: ReturnType<typeof parseTaggingHeader> } {
  if (!replaces(request, 'x-amz-tagging-directive')) return {}
  const tagging = request.view.headers.get('x-amz-tagging')
  return { replaceTags: tagging === undefined ? [] : parseTaggingHeader(tagging) }
}

export const encodeCopyObject: Encoder<'copy-object'> = ({ result }, context) => {
  const headers: Headers = [
    ...versionHeader(result.versionId),
    ...sourceVersionHeader(result.sourceVersionId),
    ...expiryHeader(result.expiry),
    ...encryptionHeaders(result.encryption, 'write'),
  ]
  return respondXml(
    context,
    'CopyObjectResult',
    [
      element('LastModified', isoTime(result.lastModifiedMs)),
      element('ETag', `"${result.etag}"`),
      ...checksumElements(result.checksums, 'with-type'),
    ],
    headers,
  )
}

export function sourceVersionHeader(versionId: string | undefined): Headers {
  return versionId === undefined ? [] : [['x-amz-copy-source-version-id', versionId]]
}
