import { refuse, type CopySource, type ObjectTarget, type Target } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { readConditions } from '../../read-conditions.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element } from '../../xml-writer.ts'
import { aclWish } from '../acl.ts'
import { encryptionHeaders, respondXml, versionHeader, type Headers } from '../answers.ts'
import { COPY_SOURCE, parseCopySource } from '../copy-source.ts'
import { customerKeyMark, customerKeyOfSource, encryptionRequest } from '../encryption-headers.ts'
import { refuseUndoneWishes, storageClass, systemHeaders, userMetadata } from '../headers.ts'
import { decoded, refuseUndone, type Encoder, type ObsRequest } from '../obs-request.ts'
import { parseTaggingHeader } from '../tags.ts'
import { refuseWriteConditions } from '../write-conditions.ts'
import { refuseVersionId } from './put-object.ts'

/** Tags of the source come along only where that is said: REPLACE is the usual one (OBS API reference, copying objects). */
export function decodeCopyObject(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'copy-object'
  refuseVersionId(request)
  const source = sourceNamed(request)
  const copiesTags = request.headers.get('x-obs-tagging-directive') === 'COPY'
  return decoded(request, { kind, ...at, source, copiesTags, ...customerKeyMark(request) }, () => {
    const { headers, view } = request
    refuseUndoneWishes(headers)
    refuseWriteConditions(headers)
    if ((view.bodyLength ?? 0) > 0) refuse({ kind: 'entity-too-large', limitBytes: 0 })
    const className = storageClass(headers)
    return {
      ...{ kind, ...at, keepsEncrypted: true },
      encryption: encryptionRequest(request),
      source: copySource(request, source),
      ...replacedProperties(request),
      ...aclWish(headers),
      ...(copiesTags ? {} : { replaceTags: tagsOf(request) }),
      ...(className === undefined ? {} : { storageClass: className }),
    }
  })
}

export function sourceNamed({ headers }: ObsRequest): NonNullable<Target['source']> {
  return parseCopySource(headers.get(COPY_SOURCE) ?? '')
}

/** The source with its conditions and its key. */
export function copySource(request: ObsRequest, source: NonNullable<Target['source']>): CopySource {
  const customer = customerKeyOfSource(request)
  return {
    ...source,
    conditions: readConditions(request.headers, 'x-obs-copy-source-'),
    ...(customer === undefined ? {} : { customer }),
  }
}

function replacedProperties({ headers }: ObsRequest): {
  readonly replaceProperties?: { system: ReturnType<typeof systemHeaders>; metadata: ReturnType<typeof userMetadata> }
} {
  const name = 'x-obs-metadata-directive'
  const directive = headers.get(name)
  if (directive === 'REPLACE') {
    return { replaceProperties: { system: systemHeaders(headers), metadata: userMetadata(headers) } }
  }
  if (directive !== undefined && directive !== 'COPY') refuseArgument(name, directive, `${name} is COPY or REPLACE.`)
  const redirect = 'x-obs-website-redirect-location'
  if (headers.has(redirect)) refuseUndone(`${redirect} of a copy without ${name}: REPLACE`, redirect)
  return {}
}

function tagsOf({ headers }: ObsRequest): ReturnType<typeof parseTaggingHeader> {
  const name = 'x-obs-tagging-directive'
  const directive = headers.get(name)
  if (directive !== undefined && directive !== 'REPLACE') refuseArgument(name, directive, `${name} is COPY or REPLACE.`)
  const tagging = headers.get('x-obs-tagging')
  return tagging === undefined ? [] : parseTaggingHeader(tagging)
}

export const encodeCopyObject: Encoder<'copy-object'> = ({ result }, context) =>
  respondXml(
    context,
    'CopyObjectResult',
    [element('LastModified', isoTime(result.lastModifiedMs)), element('ETag', `"${result.etag}"`)],
    [
      ...versionHeader(result.versionId),
      ...sourceVersionHeader(result.sourceVersionId),
      ...encryptionHeaders(result.encryption, 'any'),
    ],
  )

export function sourceVersionHeader(versionId: string | undefined): Headers {
  return versionId === undefined ? [] : [['x-obs-copy-source-version-id', versionId]]
}
