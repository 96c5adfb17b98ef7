import { refuse, type BucketName } from '../../../operations/index.ts'
import { deleteResult, MAX_DELETE_BYTES, readDeleteDocument, type SpelledDelete } from '../../delete-document.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, readLongXml, settingOf, type XmlElement } from '../../xml.ts'
import { respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { describeFailure } from '../failures.ts'

/** DELETE Multiple Objects. Its list has to come with its MD5. */
export function decodeDeleteObjects(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'delete-objects'
  const build = async (bytes: Uint8Array): Promise<SpelledDelete> => {
    if ((request.view.headers.get('content-md5') ?? '') === '') {
      refuse({ kind: 'invalid-request', detail: 'Missing required header for this request: Content-MD5.' })
    }
    const root = await readLongXml(bytes, { root: 'Delete', namespace: '' })
    return { kind, bucket, ...readDeleteDocument(root, { readQuiet }) }
  }
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_DELETE_BYTES })
  return decoded(request, { kind, bucket }, build, document)
}

function readQuiet(root: XmlElement): boolean {
  const quiet = atMostOne(root, 'Quiet')
  const text = quiet === undefined ? '' : settingOf(quiet).toLowerCase()
  if (text === '' || text === 'false') return false
  return text === 'true' ? true : refuse({ kind: 'malformed-xml', detail: 'Quiet is true or false' })
}

export const encodeDeleteObjects: Encoder<'delete-objects'> = ({ operation, result }, context) =>
  respondXml(context, 'DeleteResult', deleteResult(operation, result, describeFailure))
