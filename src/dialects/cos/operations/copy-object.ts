import type { CopyObject, CopySource, ObjectTarget, Target } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { readConditions } from '../../read-conditions.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element } from '../../xml-writer.ts'
import { aclOfHeaders } from '../acl.ts'
import { respondXml, type Headers } from '../answers.ts'
import { COPY_SOURCE, parseCopySource } from '../copy-source.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { customerKeyOfSource, encryptionRequest } from '../encryption-headers.ts'
import { refuseUndoneWishes, storageClass, systemHeaders, userMetadata } from '../headers.ts'
import { parseTaggingHeader } from '../tags.ts'
import { customerKeyMark, refuseVersionId, storedHeaders, writeCondition } from './put-object.ts'

export function decodeCopyObject(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'copy-object'
  refuseVersionId(request)
  const source = sourceNamed(request)
  const replacesTags = replaces(request, 'x-cos-tagging-directive')
  const target: Target = { kind, ...at, source, copiesTags: !replacesTags, ...customerKeyMark(request) }
  return decoded(request, target, (): CopyObject => {
    refuseUndoneWishes(request)
    const { headers } = request.view
    const className = storageClass(headers)
    const condition = writeCondition(request)
    const acl = aclOfHeaders(headers, 'object')
    const tagging = headers.get('x-cos-tagging')
    return {
      kind,
      ...at,
      encryption: encryptionRequest(request),
      source: copySource(request, source),
      crc64: true,
      ...(replaces(request, 'x-cos-metadata-directive')
        ? { replaceProperties: { system: systemHeaders(headers, at.key), metadata: userMetadata(headers) } }
        : {}),
      ...(replacesTags ? { replaceTags: tagging === undefined ? [] : parseTaggingHeader(tagging) } : {}),
      ...(className === undefined ? {} : { storageClass: className }),
      ...(condition === undefined ? {} : { condition }),
      ...(acl === undefined ? {} : { acl }),
    }
  })
}

export function sourceNamed(request: CosRequest): NonNullable<Target['source']> {
  return parseCopySource(request.view.headers.get(COPY_SOURCE) ?? '')
}

/** The source with its conditions and its key. */
export function copySource(request: CosRequest, source: NonNullable<Target['source']>): CopySource {
  const customer = customerKeyOfSource(request)
  return {
    ...source,
    conditions: readConditions(request.view.headers, 'x-cos-copy-source-'),
    ...(customer === undefined ? {} : { customer }),
  }
}

/** `Copy` and `Replaced`, in whichever case. */
function replaces(request: CosRequest, header: string): boolean {
  const text = request.view.headers.get(header)
  const word = text?.toLowerCase()
  if (word === undefined || word === 'copy') return false
  return word === 'replaced' ? true : refuseArgument(header, text, `${header} is Copy or Replaced.`)
}

export const encodeCopyObject: Encoder<'copy-object'> = ({ result }, context) =>
  respondXml(
    context,
    'CopyObjectResult',
    [
      element('ETag', `"${result.etag}"`),
      element('LastModified', isoTime(result.lastModifiedMs)),
      element('CRC64', result.crc64?.toString()),
      element('VersionId', result.versionId),
    ],
    [...storedHeaders(result), ...sourceVersionHeader(result.sourceVersionId)],
  )

export function sourceVersionHeader(versionId: string | undefined): Headers {
  return versionId === undefined ? [] : [['x-cos-copy-source-version-id', versionId]]
}
