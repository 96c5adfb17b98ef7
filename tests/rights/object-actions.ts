import { createHash } from 'node:crypto'
import { customerKeyHeaders, type Wanted } from './signed-fetch.ts'

/** How the objects of a bucket are protected. */
export const MODES = ['sse-s3', 'sse-kms', 'bucket-key', 'dsse-kms', 'sse-c'] as const
export type Mode = (typeof MODES)[number]

/** Where a request finds what it needs; made anew for each use by an operation that changes or uses up something. */
export interface Place {
  readonly bucket: string
  readonly mode: Mode
  readonly keyArn: string
  /** An object that is there. */
  readonly key: string
  /** An open upload to `key`, with its first part. */
  readonly uploadId: string
  readonly partEtag: string
  /** 32 bytes. */
  readonly customerKey: Uint8Array
}

/** An operation on objects: its request, and every right that it needs (spec: KMS permissions of object operations). */
export interface ObjectAction {
  readonly name: string
  readonly s3: readonly string[]
  /** Actions on the key, needed where the object is under a KMS key. */
  readonly kms: readonly string[]
  /** In place of `kms` where the object itself is under a service key, and still a KMS key takes part. */
  readonly kmsOfPlain?: readonly string[]
  readonly request: (place: Place) => Wanted
  /** Its success uses the place up. */
  readonly consumes?: true
  /** Not for these modes. */
  readonly except?: readonly Mode[]
}

function own({ mode, customerKey }: Place): Record<string, string> {
  return mode === 'sse-c' ? customerKeyHeaders(customerKey) : {}
}

function source({ mode, customerKey, bucket, key }: Place): Record<string, string> {
  const keyed = mode === 'sse-c' ? customerKeyHeaders(customerKey, 'copy-source-') : {}
  return { 'x-amz-copy-source': `/${bucket}/${key}`, ...keyed }
}

function withMd5(body: string): Pick<Wanted, 'body' | 'headers'> {
  return { body, headers: { 'content-md5': createHash('md5').update(body).digest('base64') } }
}

const at = ({ bucket, key }: Place): string => `/${bucket}/${key}`

export const OBJECT_ACTIONS: readonly ObjectAction[] = [
  {
    name: 'PutObject',
    ...{ s3: ['s3:PutObject'], kms: ['kms:GenerateDataKey'] },
    request: (place) => ({ method: 'PUT', path: `${at(place)}-new`, headers: own(place), body: 'new' }),
  },
  {
    name: 'GetObject',
    ...{ s3: ['s3:GetObject'], kms: ['kms:Decrypt'] },
    request: (place) => ({ path: at(place), headers: own(place) }),
  },
  {
    name: 'GetObject of a range',
    ...{ s3: ['s3:GetObject'], kms: ['kms:Decrypt'] },
    request: (place) => ({ path: at(place), headers: { ...own(place), range: 'bytes=1-2' } }),
  },
  {
    name: 'HeadObject',
    ...{ s3: ['s3:GetObject'], kms: [] },
    request: (place) => ({ method: 'HEAD', path: at(place), headers: own(place) }),
  },
  {
    name: 'GetObjectAttributes',
    ...{ s3: ['s3:GetObject', 's3:GetObjectAttributes'], kms: [] },
    request: (place) => ({
      path: at(place),
      query: 'attributes=',
      headers: { ...own(place), 'x-amz-object-attributes': 'ETag,ObjectSize' },
    }),
  },
  {
    name: 'CopyObject',
    ...{ s3: ['s3:GetObject', 's3:PutObject'], kms: ['kms:Decrypt', 'kms:GenerateDataKey'] },
    request: (place) => ({ method: 'PUT', path: `${at(place)}-copy`, headers: { ...own(place), ...source(place) } }),
  },
  {
    name: 'CreateMultipartUpload',
    ...{ s3: ['s3:PutObject'], kms: ['kms:GenerateDataKey'] },
    request: (place) => ({ method: 'POST', path: `${at(place)}-upload`, query: 'uploads=', headers: own(place) }),
  },
  {
    name: 'UploadPart',
    ...{ s3: ['s3:PutObject'], kms: ['kms:Decrypt'] },
    request: (place) => ({
      ...{ method: 'PUT', path: at(place), headers: own(place), body: 'part' },
      query: `partNumber=2&uploadId=${place.uploadId}`,
    }),
  },
  {
    name: 'UploadPartCopy',
    ...{ s3: ['s3:GetObject', 's3:PutObject'], kms: ['kms:Decrypt'] },
    request: (place) => ({
      ...{ method: 'PUT', path: at(place), headers: { ...own(place), ...source(place) } },
      query: `partNumber=3&uploadId=${place.uploadId}`,
    }),
  },
  {
    name: 'CompleteMultipartUpload',
    ...{ s3: ['s3:PutObject'], kms: ['kms:Decrypt'] },
    request: (place) => ({
      ...{ method: 'POST', path: at(place), query: `uploadId=${place.uploadId}`, headers: own(place) },
      body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${place.partEtag}</ETag></Part></CompleteMultipartUpload>`,
    }),
    consumes: true,
  },
  {
    name: 'ListParts',
    ...{ s3: ['s3:ListMultipartUploadParts'], kms: [] },
    request: (place) => ({ path: at(place), query: `uploadId=${place.uploadId}`, headers: own(place) }),
  },
  {
    name: 'AbortMultipartUpload',
    ...{ s3: ['s3:AbortMultipartUpload'], kms: [] },
    request: (place) => ({ method: 'DELETE', path: at(place), query: `uploadId=${place.uploadId}` }),
    consumes: true,
  },
  {
    name: 'GetObjectTagging',
    ...{ s3: ['s3:GetObjectTagging'], kms: [] },
    request: (place) => ({ path: at(place), query: 'tagging=' }),
  },
  {
    name: 'PutObjectTagging',
    ...{ s3: ['s3:PutObjectTagging'], kms: [] },
    request: (place) => ({
      ...{ method: 'PUT', path: at(place), query: 'tagging=' },
      body: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
    }),
  },
  {
    name: 'DeleteObject',
    ...{ s3: ['s3:DeleteObject'], kms: [] },
    request: (place) => ({ method: 'DELETE', path: at(place) }),
    consumes: true,
  },
  {
    name: 'UpdateObjectEncryption',
    s3: ['s3:UpdateObjectEncryption'],
    kms: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    request: (place) => ({
      ...{ method: 'PUT', path: at(place), query: 'encryption=' },
      ...withMd5(`<ObjectEncryption><SSE-KMS><KMSKeyArn>${place.keyArn}</KMSKeyArn></SSE-KMS></ObjectEncryption>`),
    }),
    kmsOfPlain: ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptTo'],
    // An object under a service key is one under the KMS key afterwards.
    consumes: true,
    except: ['dsse-kms', 'sse-c'],
  },
]
