import { after } from 'node:test'
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3'
import type { AuditRecord } from '../../src/audit/index.ts'
import type { RunningCoffer, StartOptions } from '../../src/start-coffer.ts'
import { rawRequest, type RawAnswer, type RawRequest } from '../raw-request.ts'
import { memoryServer, s3Client } from '../servers.ts'

export const CONFIGURATION = 'ServerSideEncryptionConfiguration'
export const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** A default as GetBucketEncryption shows it. */
export interface ShownDefault {
  readonly algorithm: string | undefined
  readonly key: string | undefined
  readonly bucketKey: boolean | undefined
}

export const SSE_S3: ShownDefault = { algorithm: 'AES256', key: undefined, bucketKey: false }

/** A server of one test file, its official client, and what many tests of buckets do. Ends with the file. */
export interface BucketBench {
  readonly server: RunningCoffer
  readonly client: S3Client
  /** A new bucket; its name begins with `name`. */
  bucket(name?: string): Promise<string>
  /** GetBucketEncryption by the official client. */
  shown(bucket: string): Promise<ShownDefault>
  /** PutBucketEncryption by the official client. */
  setDefault(bucket: string, algorithm: string, key?: string, bucketKey?: boolean): Promise<void>
  /** `PUT /<bucket>?encryption`, signed, with exactly this body and these headers. */
  putRaw(bucket: string, body: string | undefined, more?: Partial<RawRequest>): Promise<RawAnswer>
  send(request: RawRequest): Promise<RawAnswer>
  /** What the audit log holds of this request. */
  recorded(requestId: string | undefined): Promise<readonly AuditRecord[]>
}

export async function bucketBench(options: StartOptions = {}): Promise<BucketBench> {
  const server = await memoryServer(options)
  const client = s3Client(server)
  after(async () => {
    client.destroy()
    await server.close()
  })
  let buckets = 0
  const send = (request: RawRequest): Promise<RawAnswer> => rawRequest(server, request)
  return {
    server,
    client,
    send,
    bucket: async (name = 'bucket') => {
      buckets++
      const Bucket = `${name}-${buckets}`
      await client.send(new CreateBucketCommand({ Bucket }))
      return Bucket
    },
    shown: async (Bucket) => {
      const answer = await client.send(new GetBucketEncryptionCommand({ Bucket }))
      const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? []
      const byDefault = rule?.ApplyServerSideEncryptionByDefault
      return { algorithm: byDefault?.SSEAlgorithm, key: byDefault?.KMSMasterKeyID, bucketKey: rule?.BucketKeyEnabled }
    },
    setDefault: async (Bucket, algorithm, key, bucketKey) => {
      const rule = ruleOf(algorithm, key, bucketKey)
      await client.send(
        new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
      )
    },
    putRaw: (bucket, body, more = {}) =>
      send({
        method: 'PUT',
        path: `/${bucket}`,
        query: 'encryption',
        ...(body === undefined ? {} : { body }),
        ...more,
      }),
    recorded: async (requestId) => {
      await server.rooms.audit.flush()
      const all = await server.rooms.audit.search({ limit: 1_000 })
      return all.filter((record) => record.requestId === requestId)
    },
  }
}

const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

export function ruleOf(algorithm: string, key?: string, bucketKey?: boolean): ServerSideEncryptionRule {
  const SSEAlgorithm = ALGORITHMS.find((one) => one === algorithm)
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(key === undefined ? {} : { KMSMasterKeyID: key }) },
    ...(bucketKey === undefined ? {} : { BucketKeyEnabled: bucketKey }),
  }
}

/** A configuration with these elements in its rule. */
export function configuration(rule: string): string {
  return `<${CONFIGURATION} xmlns="${NAMESPACE}"><Rule>${rule}</Rule></${CONFIGURATION}>`
}

/** `ApplyServerSideEncryptionByDefault` with this algorithm, and this key under this element name. */
export function byDefault(algorithm: string, key?: string, keyElement = 'KMSMasterKeyID'): string {
  const named = key === undefined ? '' : `<${keyElement}>${key}</${keyElement}>`
  const inner = `<SSEAlgorithm>${algorithm}</SSEAlgorithm>${named}`
  return `<ApplyServerSideEncryptionByDefault>${inner}</ApplyServerSideEncryptionByDefault>`
}
