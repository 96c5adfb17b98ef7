import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3ServiceException,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { canaryBody } from '../canaries/canary-search.ts'
import type { CrashBucket } from './crash-buckets.ts'
import { NOTE, type Content, type Doubt, type NameModel } from './crash-model.ts'
import { sha256Of, type SeededRandom } from './seeded-random.ts'

/** Inline mostly; small segments; large segments. */
const SIZES: readonly (readonly [from: number, to: number])[] = [
  [1, 15_000],
  [1, 15_000],
  [1, 15_000],
  [20_000, 200_000],
  [20_000, 200_000],
  [1_100_000, 1_400_000],
]
const SMALLEST_PART_BYTES = 5 * 1024 * 1024
const MAX_VERSIONS = 4

export interface LoadPlan {
  readonly bucket: CrashBucket
  readonly names: readonly NameModel[]
  /** What objects are wrapped under anew. */
  readonly otherKey: string
  readonly random: SeededRandom
  /** What every body holds over and over. */
  readonly mark: string
  readonly label: string
}

/** One client with names of its own, which goes on until it is stopped. A request that fails leaves its name in doubt. */
export class CrashLoad {
  readonly #client: S3Client
  readonly #plan: LoadPlan
  readonly #random: SeededRandom
  #bodies = 0
  #done = 0
  #stopped = false

  constructor(client: S3Client, plan: LoadPlan) {
    this.#client = client
    this.#plan = plan
    this.#random = plan.random
  }

  stop(): void {
    this.#stopped = true
  }

  /** How many requests were acknowledged. */
  async run(): Promise<number> {
    while (!this.#stopped) {
      const free = this.#plan.names.filter((name) => !name.inDoubt)
      if (free.length === 0) break
      try {
        await this.#step(this.#random.pick(free))
      } catch (error) {
        // The server is away or dying. A refusal would be our mistake.
        if (error instanceof assert.AssertionError) throw error
        const status = error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0
        if (status >= 400 && status < 500) throw error
      }
    }
    return this.#done
  }

  async #step(name: NameModel): Promise<void> {
    const choice = this.#random.below(100)
    if (choice < 38) return this.#put(name)
    if (choice < 49) return this.#copy(name)
    if (choice < 61) return this.#delete(name)
    if (choice < 76) return this.#multipart(name)
    if (choice < 81) return this.#abort(name)
    if (choice < 91) return this.#tag(name)
    return this.#rewrap(name)
  }

  #body(): Buffer {
    const [from, to] = this.#random.pick(SIZES)
    return this.#canary(this.#random.between(from, to))
  }

  #canary(size: number): Buffer {
    return canaryBody(this.#plan.mark, `${this.#plan.label} ${this.#bodies++}`, size)
  }

  get #target(): { readonly Metadata: Record<string, string> } {
    return { Metadata: { [NOTE]: this.#plan.bucket.note } }
  }

  /** What a write makes of a body in this bucket. */
  #written(sha256: string, tag: string | undefined): Content {
    const { shown, keyArn } = this.#plan.bucket
    return { sha256, shown, keyArn, tag }
  }

  async #change(name: NameModel, doubt: Doubt, act: () => Promise<{ readonly VersionId?: string | undefined }>) {
    name.begin(doubt)
    const { VersionId } = await act()
    name.acknowledged(VersionId)
    this.#done++
  }

  async #put(name: NameModel): Promise<void> {
    const Body = this.#body()
    const target = { Bucket: name.bucket, Key: name.key, ...this.#plan.bucket.customer, ...this.#target }
    const content = this.#written(sha256Of(Body), undefined)
    await this.#change(name, { kind: 'put', content }, () =>
      this.#client.send(new PutObjectCommand({ ...target, Body })),
    )
  }

  async #copy(name: NameModel): Promise<void> {
    const source = this.#plan.names.find((one) => one !== name && !one.inDoubt && one.current !== undefined)
    const from = source?.current
    if (source === undefined || from === undefined) return
    const { customer } = this.#plan.bucket
    const { SSECustomerAlgorithm, SSECustomerKey } = customer
    const copy = new CopyObjectCommand({
      ...{ Bucket: name.bucket, Key: name.key, CopySource: `${source.bucket}/${source.key}`, ...customer },
      ...(SSECustomerKey === undefined
        ? {}
        : { CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm, CopySourceSSECustomerKey: SSECustomerKey }),
    })
    const content = this.#written(from.sha256, from.tag)
    await this.#change(name, { kind: 'put', content }, () => this.#client.send(copy))
  }

  async #delete(name: NameModel): Promise<void> {
    const target = { Bucket: name.bucket, Key: name.key }
    const [oldest] = name.versionIds
    if (name.versioned && oldest !== undefined && name.versionIds.length > MAX_VERSIONS) {
      const remove = new DeleteObjectCommand({ ...target, VersionId: oldest })
      await this.#change(name, { kind: 'remove-version', versionId: oldest }, () => this.#client.send(remove))
      return
    }
    await this.#change(name, { kind: 'delete' }, () => this.#client.send(new DeleteObjectCommand(target)))
  }

  /** In place: the version stays, its tag is another. */
  async #tag(name: NameModel): Promise<void> {
    if (name.current === undefined) return
    const tag = `${this.#plan.mark}-${this.#done}`
    const Tagging = { TagSet: [{ Key: 'tag', Value: tag }] }
    const put = new PutObjectTaggingCommand({ Bucket: name.bucket, Key: name.key, Tagging })
    await this.#change(name, { kind: 'change', content: { ...name.current, tag } }, () => this.#client.send(put))
  }

  /** In place: the version stays, its wrap is another. */
  async #rewrap(name: NameModel): Promise<void> {
    const { mode } = this.#plan.bucket
    if (name.current === undefined || mode === 'dsse-kms' || mode === 'sse-c') return
    const keyArn = this.#plan.otherKey
    const ObjectEncryption = { SSEKMS: { KMSKeyArn: keyArn, BucketKeyEnabled: this.#random.below(2) === 0 } }
    const update = new UpdateObjectEncryptionCommand({ Bucket: name.bucket, Key: name.key, ObjectEncryption })
    const content = { ...name.current, shown: 'aws:kms', keyArn }
    await this.#change(name, { kind: 'change', content }, async () => {
      await this.#client.send(update)
      return {}
    })
  }

  async #begun(name: NameModel): Promise<{ readonly Bucket: string; readonly Key: string; readonly UploadId: string }> {
    const target = { Bucket: name.bucket, Key: name.key }
    const create = new CreateMultipartUploadCommand({ ...target, ...this.#plan.bucket.customer, ...this.#target })
    const { UploadId } = await this.#client.send(create)
    return { ...target, UploadId: UploadId ?? assert.fail() }
  }

  async #multipart(name: NameModel): Promise<void> {
    const target = await this.#begun(name)
    const { customer } = this.#plan.bucket
    const bodies = this.#random.below(6) === 0 ? [this.#canary(SMALLEST_PART_BYTES), this.#body()] : [this.#body()]
    const Parts = []
    for (const [index, Body] of bodies.entries()) {
      const part = { ...target, ...customer, PartNumber: index + 1 }
      // As after an answer that was lost, or with other bytes: the last one counts.
      const first = this.#random.pick([undefined, Body, this.#body()])
      if (first !== undefined) await this.#client.send(new UploadPartCommand({ ...part, Body: first }))
      const { ETag } = await this.#client.send(new UploadPartCommand({ ...part, Body }))
      Parts.push({ PartNumber: index + 1, ETag })
    }
    const complete = new CompleteMultipartUploadCommand({ ...target, ...customer, MultipartUpload: { Parts } })
    const content = this.#written(sha256Of(Buffer.concat(bodies)), undefined)
    await this.#change(name, { kind: 'put', content }, () => this.#client.send(complete))
  }

  async #abort(name: NameModel): Promise<void> {
    const target = await this.#begun(name)
    const part = { ...target, ...this.#plan.bucket.customer, PartNumber: 1 }
    await this.#client.send(new UploadPartCommand({ ...part, Body: this.#body() }))
    await this.#client.send(new AbortMultipartUploadCommand(target))
    this.#done++
  }
}
