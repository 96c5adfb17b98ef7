import type { CopySource, ObjectTarget, Target } from '../../../operations/index.ts'
import type { HttpHeaders } from '../../../http/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { readConditions } from '../../read-conditions.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element } from '../../xml-writer.ts'
import { crcHeader, respondXml, shownEtag, versionHeader, type Headers } from '../answers.ts'
import { COPY_SOURCE, parseCopySource } from '../copy-source.ts'
import { encryptionHeaders, encryptionRequest } from '../encryption-headers.ts'
import { refuseUndoneWishes, storageClass, systemHeaders, userMetadata } from '../headers.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'
import { parseTaggingHeader } from '../tags.ts'
import { writeWishes } from './put-object.ts'
import { lowerCaseEtags } from './read-object.ts'

/** The copy has the destination's default where no method is asked for: the source's own never comes along. */
export function decodeCopyObject(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'copy-object'
  const { headers } = request.view
  const source = sourceNamed(headers)
  const copiesTags = !replaces(headers, 'x-oss-tagging-directive', 'Copy', 'Replace')
  return decoded(request, { kind, ...at, source, copiesTags }, () => {
    refuseUndoneWishes(request)
    const className = storageClass(headers)
    const tagging = headers.get('x-oss-tagging')
    return {
      kind,
      ...at,
      encryption: encryptionRequest(headers),
      source: copySource(headers, source),
      crc64: true,
      selfCopy: 'always',
      ...(replaces(headers, 'x-oss-metadata-directive', 'COPY', 'REPLACE')
        ? { replaceProperties: { system: systemHeaders(headers), metadata: userMetadata(headers) } }
        : {}),
      ...(copiesTags ? {} : { replaceTags: tagging === undefined ? [] : parseTaggingHeader(tagging) }),
      ...(className === undefined ? {} : { storageClass: className }),
      ...writeWishes(headers),
    }
  })
}

export function sourceNamed(headers: HttpHeaders): NonNullable<Target['source']> {
  return parseCopySource(headers.get(COPY_SOURCE) ?? '')
}

/** The source with its conditions. */
export function copySource(headers: HttpHeaders, source: NonNullable<Target['source']>): CopySource {
  return { ...source, conditions: lowerCaseEtags(readConditions(headers, `${COPY_SOURCE}-`)) }
}

/** Directives are compared without case: the vendor's own pages write them in several. */
function replaces(headers: HttpHeaders, header: string, copy: string, replace: string): boolean {
  const text = headers.get(header)?.toLowerCase()
  if (text === undefined || text === copy.toLowerCase()) return false
  return text === replace.toLowerCase() ? true : refuseArgument(header, text, `${header} is ${copy} or ${replace}.`)
}

export const encodeCopyObject: Encoder<'copy-object'> = ({ result }, context) => {
  const headers: Headers = [
    ...versionHeader(result.versionId),
    ...sourceVersionHeader(result.sourceVersionId),
    ...encryptionHeaders(result.encryption),
    ...crcHeader(result.crc64),
  ]
  const children = [element('LastModified', isoTime(result.lastModifiedMs)), element('ETag', shownEtag(result.etag))]
  return respondXml(context, 'CopyObjectResult', children, headers)
}

export function sourceVersionHeader(versionId: string | undefined): Headers {
  return versionId === undefined ? [] : [['x-oss-copy-source-version-id', versionId]]
}
