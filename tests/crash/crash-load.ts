import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import type { Doubt, NameModel } from './crash-model.ts'
import { seededBody, sha256Of, type SeededRandom } from './seeded-random.ts'

/** Inline, small segments, large segments. */
const SIZES: readonly (readonly [from: number, to: number])[] = [
  [1, 15_000],
  [1, 15_000],
  [20_000, 300_000],
  [1_100_000, 2_000_000],
]
const SMALLEST_PART_BYTES = 5 * 1024 * 1024
const MAX_VERSIONS = 4

/** One client with names of its own, which goes on until it is stopped. A request that fails leaves its name in doubt. */
export class CrashLoad {
  readonly #client: S3Client
  readonly #names: readonly NameModel[]
  readonly #random: SeededRandom
  readonly #label: string
  #done = 0
  #stopped = false

  constructor(client: S3Client, names: readonly NameModel[], random: SeededRandom, label: string) {
    this.#client = client
    this.#names = names
    this.#random = random
    this.#label = label
  }

  stop(): void {
    this.#stopped = true
  }

  /** How many requests were acknowledged. */
  async run(): Promise<number> {
    while (!this.#stopped) {
      const free = this.#names.filter((name) => !name.inDoubt)
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
    if (choice < 55) return this.#put(name)
    if (choice < 67) return this.#copy(name)
    if (choice < 80) return this.#delete(name)
    if (choice < 95) return this.#multipart(name)
    return this.#abort(name)
  }

  #body(): Buffer {
    const [from, to] = this.#random.pick(SIZES)
    return seededBody(`${this.#label} ${this.#done} ${this.#random.below(1_000_000)}`, this.#random.between(from, to))
  }

  async #change(name: NameModel, doubt: Doubt, act: () => Promise<{ readonly VersionId?: string | undefined }>) {
    name.begin(doubt)
    const { VersionId } = await act()
    name.acknowledged(VersionId)
    this.#done++
  }

  async #put(name: NameModel): Promise<void> {
    const Body = this.#body()
    const put = new PutObjectCommand({ Bucket: name.bucket, Key: name.key, Body })
    await this.#change(name, { kind: 'put', content: sha256Of(Body) }, () => this.#client.send(put))
  }

  async #copy(name: NameModel): Promise<void> {
    const source = this.#names.find((one) => one !== name && !one.inDoubt && one.current !== undefined)
    const content = source?.current
    if (source === undefined || content === undefined) return
    const CopySource = `${source.bucket}/${source.key}`
    const copy = new CopyObjectCommand({ Bucket: name.bucket, Key: name.key, CopySource })
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

  async #multipart(name: NameModel): Promise<void> {
    const target = { Bucket: name.bucket, Key: name.key }
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(target))
    const bodies = this.#random.below(3) === 0 ? [this.#largePart(), this.#body()] : [this.#body()]
    const Parts = []
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1
      const { ETag } = await this.#client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }))
      Parts.push({ PartNumber, ETag })
    }
    const complete = new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } })
    const content = sha256Of(Buffer.concat(bodies))
    await this.#change(name, { kind: 'put', content }, () => this.#client.send(complete))
  }

  #largePart(): Buffer {
    return seededBody(`${this.#label} ${this.#done} part`, SMALLEST_PART_BYTES)
  }

  async #abort(name: NameModel): Promise<void> {
    const target = { Bucket: name.bucket, Key: name.key }
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(target))
    await this.#client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: this.#body() }))
    await this.#client.send(new AbortMultipartUploadCommand({ ...target, UploadId }))
    this.#done++
  }
}
