import type { BucketName, DeleteEntry } from '../../../operations/index.ts'
import { deleteResult, MAX_DELETE_BYTES, readDeleteDocument, type SpelledDelete } from '../../delete-document.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, readLongXml, settingOf, type XmlElement } from '../../xml.ts'
import { respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { readDeleteCondition } from '../conditions.ts'
import { readBoolean } from '../encryption-configuration.ts'
import { describeFailure } from '../failures.ts'
import { bypassesGovernance } from '../lock-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const CONDITIONS = ['ETag', 'LastModifiedTime', 'Size'] as const

export function decodeDeleteObjects(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-objects'
  const build = async (bytes: Uint8Array): Promise<SpelledDelete> => {
    const root = await readLongXml(bytes, { root: 'Delete', namespace: S3_NAMESPACE })
    return {
      kind,
      bucket,
      ...readDeleteDocument(root, { readQuiet, more: CONDITIONS, readMore: readConditions }),
      ...(bypassesGovernance(request.view.headers) ? { bypassGovernance: true } : {}),
    }
  }
  return decoded(request, { kind, bucket }, build, {
    document: configurationDocument(request.view.headers, {
      maxBytes: MAX_DELETE_BYTES,
      required: true,
      promised: true,
    }),
  })
}

function readQuiet(root: XmlElement): boolean {
  const quiet = atMostOne(root, 'Quiet')
  return quiet !== undefined && readBoolean(quiet)
}

function readConditions(object: XmlElement): Pick<DeleteEntry, 'condition'> {
  const conditionOf = (name: string): readonly [string, string | undefined] => {
    const found = atMostOne(object, name)
    return [name, found === undefined ? undefined : settingOf(found)]
  }
  const condition = readDeleteCondition([conditionOf('ETag'), conditionOf('LastModifiedTime'), conditionOf('Size')])
  return condition === undefined ? {} : { condition }
}

export const encodeDeleteObjects: Encoder<'delete-objects'> = ({ operation, result }, context) =>
  respondXml(context, 'DeleteResult', deleteResult(operation, result, describeFailure))
