import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  NoSuchKey,
  NoSuchUpload,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  RestoreObjectCommand,
  S3ServiceException,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import type { AdminClient } from '../../src/cli/admin-client.ts'
import { rawRequest } from '../raw-request.ts'
import { canaryBody, canaryMark } from '../canaries/canary-search.ts'
import { keyCase } from './key-fault-cases.ts'
import { sha256Of } from './seeded-random.ts'

/** Whether a request happened: entirely, or not at all. Anything else fails. */
export type Seen = 'before' | 'after'

/** A change that is acknowledged or not: what stands before it, how it is asked for, and how one sees what became of it. */
interface S3Case {
  prepare(client: S3Client): Promise<void>
  act(client: S3Client): Promise<unknown>
  look(client: S3Client): Promise<Seen>
  /** The same request once more, where clients repeat it. */
  again?(client: S3Client): Promise<void>
}

/** A server as a case sees it. */
export interface FaultServer {
  readonly client: S3Client
  readonly admin: AdminClient
}

/** The same for a case that may want the admin API. */
export interface FaultCase {
  prepare(server: FaultServer): Promise<void>
  act(server: FaultServer): Promise<unknown>
  look(server: FaultServer): Promise<Seen>
  again?(server: FaultServer): Promise<void>
}

export const FAULT_BUCKET = 'faults'
/** What every body of every case holds over and over. */
export const FAULT_MARK = canaryMark()
/** A blob of several segments. */
const LARGE_BYTES = 1_200_000

function bodyOf(name: string, size: number): Buffer {
  return canaryBody(FAULT_MARK, name, size)
}

async function contentOf(client: S3Client, Key: string): Promise<string | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: FAULT_BUCKET, Key }))
    return sha256Of((await Body?.transformToByteArray()) ?? assert.fail())
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined
    throw error
  }
}

async function put(client: S3Client, Key: string, Body: Buffer): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: FAULT_BUCKET, Key, Body }))
}

/** Which of two states is seen; a third is a failure. */
function oneOf<State>(seen: State, before: State, after: State): Seen {
  if (JSON.stringify(seen) === JSON.stringify(before)) return 'before'
  assert.deepEqual(seen, after)
  return 'after'
}

function replacing(name: string, size: number): S3Case {
  const [old, fresh] = [bodyOf(`${name} old`, size), bodyOf(`${name} new`, size + 1)]
  return {
    prepare: (client) => put(client, name, old),
    act: (client) => put(client, name, fresh),
    look: async (client) => oneOf(await contentOf(client, name), sha256Of(old), sha256Of(fresh)),
    again: (client) => put(client, name, fresh),
  }
}

function copying(name: string): S3Case {
  const [old, source] = [bodyOf(`${name} old`, LARGE_BYTES), bodyOf(`${name} source`, LARGE_BYTES)]
  return {
    prepare: async (client) => {
      await put(client, name, old)
      await put(client, `${name}.source`, source)
    },
    act: (client) =>
      client.send(
        new CopyObjectCommand({ Bucket: FAULT_BUCKET, Key: name, CopySource: `${FAULT_BUCKET}/${name}.source` }),
      ),
    look: async (client) => oneOf(await contentOf(client, name), sha256Of(old), sha256Of(source)),
  }
}

/** In the words of OBS, and once: the clients that ask so try again by themselves. Fails as the client of S3 does. */
async function askObs(
  client: S3Client,
  name: string,
  { method, query, body }: { readonly method: string; readonly query: string; readonly body?: Buffer },
): Promise<void> {
  const { protocol, hostname, port } = (await client.config.endpoint?.()) ?? assert.fail('the client has an endpoint')
  const answer = await rawRequest(
    { endpoint: `${protocol}//${hostname}:${port ?? ''}` },
    {
      ...{ method, path: `/${FAULT_BUCKET}/${encodeURIComponent(name)}`, query },
      ...(body === undefined ? {} : { body }),
      headers: [['x-obs-request-payer', 'requester']],
    },
  )
  if (answer.status < 300) return
  const requestId = answer.headers['x-obs-request-id'] ?? answer.headers['x-amz-request-id']
  throw new S3ServiceException({
    ...{ name: answer.code ?? 'unknown', message: answer.text, $fault: 'server' },
    $metadata: {
      httpStatusCode: answer.status,
      ...(typeof requestId === 'string' ? { requestId } : {}),
    },
  })
}

function appending(name: string): S3Case {
  const [old, more] = [bodyOf(`${name} old`, LARGE_BYTES), bodyOf(`${name} more`, LARGE_BYTES)]
  const append = (client: S3Client, position: number, body: Buffer): Promise<void> =>
    askObs(client, name, { method: 'POST', query: `append=&position=${position}`, body })
  return {
    prepare: (client) => append(client, 0, old),
    act: (client) => append(client, old.length, more),
    look: async (client) => oneOf(await contentOf(client, name), sha256Of(old), sha256Of(Buffer.concat([old, more]))),
  }
}

function modifying(name: string): S3Case {
  const [old, fresh] = [bodyOf(`${name} old`, LARGE_BYTES), bodyOf(`${name} new`, LARGE_BYTES / 2)]
  const at = 100_000
  const whole = Buffer.concat([old.subarray(0, at), fresh, old.subarray(at + fresh.length)])
  const act = (client: S3Client): Promise<void> =>
    askObs(client, name, { method: 'PUT', query: `modify=&position=${at}`, body: fresh })
  return {
    prepare: (client) => put(client, name, old),
    act,
    look: async (client) => oneOf(await contentOf(client, name), sha256Of(old), sha256Of(whole)),
    again: act,
  }
}

function truncating(name: string): S3Case {
  const old = bodyOf(`${name} old`, LARGE_BYTES)
  const length = 700_000
  const act = (client: S3Client): Promise<void> =>
    askObs(client, name, { method: 'PUT', query: `length=${length}&truncate=` })
  return {
    prepare: (client) => put(client, name, old),
    act,
    look: async (client) => oneOf(await contentOf(client, name), sha256Of(old), sha256Of(old.subarray(0, length))),
    again: act,
  }
}

/** In the words of OBS. */
function renaming(name: string): S3Case {
  const [content, old] = [sha256Of(bodyOf(name, LARGE_BYTES)), `${name}.old`]
  return {
    prepare: (client) => put(client, old, bodyOf(name, LARGE_BYTES)),
    act: (client) => askObs(client, old, { method: 'POST', query: `name=%2F${name}&rename=` }),
    look: async (client) => {
      const seen = [await contentOf(client, old), await contentOf(client, name)]
      return oneOf(
        seen.map((one) => one ?? null),
        [content, null],
        [null, content],
      )
    },
  }
}

function restoring(name: string): S3Case {
  return {
    prepare: async (client) => {
      const Body = bodyOf(name, 1_000)
      await client.send(new PutObjectCommand({ Bucket: FAULT_BUCKET, Key: name, Body, StorageClass: 'GLACIER' }))
    },
    act: (client) =>
      client.send(new RestoreObjectCommand({ Bucket: FAULT_BUCKET, Key: name, RestoreRequest: { Days: 1 } })),
    look: async (client) => {
      const { Restore } = await client.send(new HeadObjectCommand({ Bucket: FAULT_BUCKET, Key: name }))
      return Restore === undefined ? 'before' : 'after'
    },
  }
}

/** An upload that is begun when the case is prepared. */
class OpenUpload {
  readonly Key: string
  readonly body: Buffer
  UploadId = ''
  #etags: (string | undefined)[] = []

  constructor(Key: string) {
    this.Key = Key
    this.body = bodyOf(`${Key} part`, LARGE_BYTES)
  }

  get #target(): { readonly Bucket: string; readonly Key: string; readonly UploadId: string } {
    return { Bucket: FAULT_BUCKET, Key: this.Key, UploadId: this.UploadId }
  }

  async create(client: S3Client): Promise<void> {
    const made = await client.send(new CreateMultipartUploadCommand({ Bucket: FAULT_BUCKET, Key: this.Key }))
    this.UploadId = made.UploadId ?? assert.fail()
  }

  async part(client: S3Client, PartNumber = 1, Body = this.body): Promise<void> {
    const { ETag } = await client.send(new UploadPartCommand({ ...this.#target, PartNumber, Body }))
    this.#etags[PartNumber - 1] = ETag
  }

  async partCopy(client: S3Client): Promise<void> {
    const CopySource = `${FAULT_BUCKET}/${this.Key}.source`
    await client.send(new UploadPartCopyCommand({ ...this.#target, PartNumber: 1, CopySource }))
  }

  async complete(client: S3Client): Promise<void> {
    const Parts = this.#etags.map((ETag, index) => ({ PartNumber: index + 1, ETag }))
    await client.send(new CompleteMultipartUploadCommand({ ...this.#target, MultipartUpload: { Parts } }))
  }

  /** With a part that nobody sent: refused, and the upload is given back. */
  async completeWrong(client: S3Client): Promise<void> {
    const Parts = [{ PartNumber: 1, ETag: '0123456789abcdef0123456789abcdef' }]
    await client.send(new CompleteMultipartUploadCommand({ ...this.#target, MultipartUpload: { Parts } }))
  }

  async abort(client: S3Client): Promise<void> {
    await client.send(new AbortMultipartUploadCommand(this.#target))
  }

  /** Sizes of its parts; undefined when there is no such upload. */
  async parts(client: S3Client): Promise<readonly (number | undefined)[] | undefined> {
    try {
      return ((await client.send(new ListPartsCommand(this.#target))).Parts ?? []).map((part) => part.Size)
    } catch (error) {
      if (error instanceof NoSuchUpload) return undefined
      throw error
    }
  }
}

function uploadingPart(name: string): S3Case {
  const upload = new OpenUpload(name)
  return {
    prepare: (client) => upload.create(client),
    act: (client) => upload.part(client),
    look: async (client) => oneOf(await upload.parts(client), [], [LARGE_BYTES]),
    again: async (client) => {
      await upload.part(client)
      await upload.complete(client)
      assert.equal(await contentOf(client, name), sha256Of(upload.body))
    },
  }
}

function copyingPart(name: string): S3Case {
  const upload = new OpenUpload(name)
  return {
    prepare: async (client) => {
      await put(client, `${name}.source`, upload.body)
      await upload.create(client)
    },
    act: (client) => upload.partCopy(client),
    look: async (client) => oneOf(await upload.parts(client), [], [LARGE_BYTES]),
    again: (client) => upload.partCopy(client),
  }
}

/** More parts than the pages of one commit have entries: only where parts may be small. */
export function completing(name: string, parts = 1): S3Case {
  const upload = new OpenUpload(name)
  const bodies = parts === 1 ? [upload.body] : Array.from({ length: parts }, (_, part) => bodyOf(`${part}`, 100))
  const whole = sha256Of(Buffer.concat(bodies))
  return {
    prepare: async (client) => {
      await upload.create(client)
      for (const [index, body] of bodies.entries()) await upload.part(client, index + 1, body)
    },
    act: (client) => upload.complete(client),
    look: async (client) => oneOf(await contentOf(client, name), undefined, whole),
    again: async (client) => {
      await upload.complete(client)
      assert.equal(await contentOf(client, name), whole)
    },
  }
}

function givingBack(name: string): S3Case {
  const upload = new OpenUpload(name)
  return {
    prepare: async (client) => {
      await upload.create(client)
      await upload.part(client)
    },
    act: (client) => upload.completeWrong(client),
    look: async (client) => oneOf(await upload.parts(client), [LARGE_BYTES], undefined),
    again: async (client) => {
      await upload.complete(client)
      assert.equal(await contentOf(client, name), sha256Of(upload.body))
    },
  }
}

/** The first object under a bucket key, which is made for it. */
function firstOfBucketKey(name: string, keyArn: string): S3Case {
  const Bucket = name.replaceAll('.', '-')
  const body = bodyOf(name, 1_000)
  const rule = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } as const
  const Rules = [{ ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled: true }]
  const write = (client: S3Client) => client.send(new PutObjectCommand({ Bucket, Key: name, Body: body }))
  const read = async (client: S3Client) => (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount
  return {
    prepare: async (client) => {
      await client.send(new CreateBucketCommand({ Bucket }))
      await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
    },
    act: (client) => write(client),
    look: async (client) => oneOf(await read(client), 0, 1),
    again: async (client) => {
      await write(client)
      await client.send(new GetObjectCommand({ Bucket, Key: name }))
    },
  }
}

/** The key that an account has without making it is made on first need. */
function firstOfManagedKey(name: string): FaultCase {
  const target = { Bucket: FAULT_BUCKET, Key: name, ServerSideEncryption: 'aws:kms' } as const
  const managed = async ({ admin }: FaultServer) =>
    (await admin.call('list-keys')).keys.filter((key) => key.manager === 'coffer').length
  return {
    prepare: async () => undefined,
    act: ({ client }) => client.send(new PutObjectCommand({ ...target, Body: bodyOf(name, 100) })),
    look: async (server) => oneOf(await managed(server), 0, 1),
  }
}

function creatingUpload(name: string): S3Case {
  const upload = new OpenUpload(name)
  return {
    prepare: async () => undefined,
    act: (client) => upload.create(client),
    look: async (client) => {
      const listed = await client.send(new ListMultipartUploadsCommand({ Bucket: FAULT_BUCKET, Prefix: name }))
      return oneOf((listed.Uploads ?? []).length, 0, 1)
    },
  }
}

function abortingUpload(name: string): S3Case {
  const upload = new OpenUpload(name)
  return {
    prepare: async (client) => {
      await upload.create(client)
      await upload.part(client)
    },
    act: (client) => upload.abort(client),
    look: async (client) => oneOf((await upload.parts(client)) ?? null, [LARGE_BYTES], null),
  }
}

function deleting(name: string): S3Case {
  const old = bodyOf(name, LARGE_BYTES)
  return {
    prepare: (client) => put(client, name, old),
    act: (client) => client.send(new DeleteObjectCommand({ Bucket: FAULT_BUCKET, Key: name })),
    look: async (client) => oneOf(await contentOf(client, name), sha256Of(old), undefined),
  }
}

function tagging(name: string, remove: boolean): S3Case {
  const target = { Bucket: FAULT_BUCKET, Key: name }
  const tag = (client: S3Client, Value: string) =>
    client.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet: [{ Key: 'tag', Value }] } }))
  return {
    prepare: async (client) => {
      await put(client, name, bodyOf(name, 1_000))
      await tag(client, 'old')
    },
    act: (client) => (remove ? client.send(new DeleteObjectTaggingCommand(target)) : tag(client, 'new')),
    look: async (client) => {
      const { TagSet } = await client.send(new GetObjectTaggingCommand(target))
      assert.equal(await contentOf(client, name), sha256Of(bodyOf(name, 1_000)))
      return oneOf<unknown>(
        TagSet?.map((one) => one.Value),
        ['old'],
        remove ? [] : ['new'],
      )
    },
  }
}

function updatingEncryption(name: string, keyArn: string): S3Case {
  const target = { Bucket: FAULT_BUCKET, Key: name }
  const body = bodyOf(name, LARGE_BYTES)
  return {
    prepare: (client) => put(client, name, body),
    act: (client) =>
      client.send(
        new UpdateObjectEncryptionCommand({ ...target, ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn } } }),
      ),
    look: async (client) => {
      assert.equal(await contentOf(client, name), sha256Of(body))
      const { ServerSideEncryption } = await client.send(new HeadObjectCommand(target))
      return oneOf<string | undefined>(ServerSideEncryption, 'AES256', 'aws:kms')
    },
  }
}

function bucketCase(name: string, remove: boolean): S3Case {
  const Bucket = name.replaceAll('.', '-')
  const change = (client: S3Client, away: boolean) =>
    away ? client.send(new DeleteBucketCommand({ Bucket })) : client.send(new CreateBucketCommand({ Bucket }))
  return {
    prepare: async (client) => {
      if (remove) await change(client, false)
    },
    act: (client) => change(client, remove),
    look: async (client) => {
      const { Buckets } = await client.send(new ListBucketsCommand({}))
      const there = (Buckets ?? []).some((one) => one.Name === Bucket)
      return there === remove ? 'before' : 'after'
    },
  }
}

function versioningCase(name: string): S3Case {
  const Bucket = name.replaceAll('.', '-')
  return {
    prepare: async (client) => {
      await client.send(new CreateBucketCommand({ Bucket }))
    },
    act: (client) =>
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })),
    look: async (client) => {
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }))
      return Status === 'Enabled' ? 'after' : oneOf<string | undefined>(Status, undefined, 'Enabled')
    },
  }
}

function bucketEncryptionCase(name: string, keyArn: string, remove: boolean): S3Case {
  const Bucket = name.replaceAll('.', '-')
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } } as const
  const set = (client: S3Client) =>
    client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }))
  return {
    prepare: async (client) => {
      await client.send(new CreateBucketCommand({ Bucket }))
      if (remove) await set(client)
    },
    act: (client) => (remove ? client.send(new DeleteBucketEncryptionCommand({ Bucket })) : set(client)),
    look: async (client) => {
      const answer = await client.send(new GetBucketEncryptionCommand({ Bucket }))
      const found = answer.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
      const [before, after] = remove ? ['aws:kms', 'AES256'] : ['AES256', 'aws:kms']
      return oneOf<string | undefined>(found?.SSEAlgorithm, before, after)
    },
  }
}

/** The change that passes a point: `<verb>:<place>` of the engine and of keys; storage's are passed by every large put. */
export function caseOf(point: string, keyArn: string): FaultCase {
  const name = point.replaceAll(':', '.')
  const [verb = ''] = point.split(':')
  if (verb === 'create-managed-key') return firstOfManagedKey(name)
  const ofKeys = keyCase(verb, name)
  if (ofKeys !== undefined) return ofKeys
  const one = s3Case(point, name, verb, keyArn)
  return {
    prepare: ({ client }) => one.prepare(client),
    act: ({ client }) => one.act(client),
    look: ({ client }) => one.look(client),
    again: async ({ client }) => one.again?.(client),
  }
}

function s3Case(point: string, name: string, verb: string, keyArn: string): S3Case {
  if (point.startsWith('complete-upload:give-back')) return givingBack(name)
  if (verb.startsWith('blob.')) return replacing(name, LARGE_BYTES)
  if (verb.startsWith('metadata.')) return replacing(name, 1_000)
  switch (verb) {
    case 'put-object':
      return replacing(name, LARGE_BYTES)
    case 'copy-object':
      return copying(name)
    case 'append-object':
      return appending(name)
    case 'modify-object':
      return modifying(name)
    case 'truncate-object':
      return truncating(name)
    case 'rename-object':
      return renaming(name)
    case 'restore-object':
      return restoring(name)
    case 'upload-part':
      return uploadingPart(name)
    case 'upload-part-copy':
      return copyingPart(name)
    case 'complete-upload':
      return completing(name)
    case 'create-upload':
      return creatingUpload(name)
    case 'abort-upload':
      return abortingUpload(name)
    case 'delete-object':
      return deleting(name)
    case 'put-object-tagging':
    case 'delete-object-tagging':
      return tagging(name, verb.startsWith('delete'))
    case 'audit':
    case 'audit-ledger':
    case 'update-object-encryption':
      return updatingEncryption(name, keyArn)
    case 'bucket-key':
      return firstOfBucketKey(name, keyArn)
    case 'create-bucket':
    case 'delete-bucket':
      return bucketCase(name, verb.startsWith('delete'))
    case 'put-bucket-versioning':
      return versioningCase(name)
    case 'put-bucket-encryption':
    case 'delete-bucket-encryption':
      return bucketEncryptionCase(name, keyArn, verb.startsWith('delete'))
    default:
      throw new Error(`no request passes ${point}: a new point needs a case`)
  }
}
