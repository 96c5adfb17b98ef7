import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import type { ObjectMode } from '../object-modes.ts'
import { canaryBody } from './canary-search.ts'

/** Inline, one stream of small segments, one of large ones. */
export const SIZES = { inline: 300, small: 40_000, large: 1_300_000 }
const PART_BYTES = 5 * 1024 * 1024
const LAST_PART_BYTES = 70_000

/** Every road by which plaintext comes into the store, and what was stored by it. */
export class CanaryRoads {
  readonly #client: S3Client
  readonly #mark: string
  readonly bodies: { readonly mode: ObjectMode; readonly key: string; readonly body: Buffer }[] = []

  constructor(client: S3Client, mark: string) {
    this.#client = client
    this.#mark = mark
  }

  /** Metadata, headers that are sealed with the record, and tags: each holds the mark. */
  #properties(name: string): {
    readonly Metadata: Record<string, string>
    readonly CacheControl: string
    readonly ContentDisposition: string
    readonly ContentLanguage: string
    readonly ContentType: string
  } {
    return {
      Metadata: { first: `${this.#mark}-metadata-${name}`, second: `x${this.#mark}-metadata` },
      CacheControl: `max-age=1, ${this.#mark}-cache`,
      ContentDisposition: `attachment; filename="${this.#mark}-disposition"`,
      ContentLanguage: `${this.#mark}-language`,
      ContentType: `text/${this.#mark}-type`,
    }
  }

  #body(mode: ObjectMode, key: string, size: number): Buffer {
    return canaryBody(this.#mark, `${mode.name} ${key}`, size)
  }

  #stored(mode: ObjectMode, key: string, body: Buffer): void {
    this.bodies.push({ mode, key, body })
  }

  async all(mode: ObjectMode): Promise<void> {
    await this.#puts(mode)
    await this.#multipart(mode)
    await this.#copies(mode)
    await this.#leftovers(mode)
  }

  async #puts(mode: ObjectMode): Promise<void> {
    const target = { Bucket: mode.bucket, ...mode.customer }
    for (const [key, size] of Object.entries(SIZES)) {
      const Body = this.#body(mode, key, size)
      const Tagging = `tag=${this.#mark}-tag&${this.#mark}-tag-name=1`
      const context = mode.name.endsWith('-kms') ? { SSEKMSEncryptionContext: this.#context() } : {}
      const asked =
        mode.keyArn === undefined ? {} : { ServerSideEncryption: mode.shown, SSEKMSKeyId: mode.keyArn, ...context }
      const first = { Body: this.#body(mode, `${key} overwritten`, size + 1) }
      await this.#client.send(new PutObjectCommand({ ...target, Key: key, ...first, ...this.#properties(key) }))
      await this.#client.send(
        new PutObjectCommand({ ...target, ...asked, Key: key, Body, Tagging, ...this.#properties(key) }),
      )
      this.#stored(mode, key, Body)
    }
    const Tagging = { TagSet: [{ Key: 'later', Value: `${this.#mark}-later-tag` }] }
    await this.#client.send(new PutObjectTaggingCommand({ Bucket: mode.bucket, Key: 'inline', Tagging }))
  }

  #context(): string {
    return Buffer.from(JSON.stringify({ department: `${this.#mark}-context` })).toString('base64')
  }

  async #create(mode: ObjectMode, key: string): Promise<string> {
    const created = await this.#client.send(
      new CreateMultipartUploadCommand({
        ...{ Bucket: mode.bucket, Key: key, ...mode.customer, ...this.#properties(key) },
        Tagging: `tag=${this.#mark}-upload-tag`,
      }),
    )
    return created.UploadId ?? assert.fail()
  }

  async #multipart(mode: ObjectMode): Promise<void> {
    const target = { Bucket: mode.bucket, Key: 'multipart', ...mode.customer }
    const UploadId = await this.#create(mode, 'multipart')
    const bodies = [this.#body(mode, 'part 1', PART_BYTES), this.#body(mode, 'part 2', LAST_PART_BYTES)]
    const parts = []
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1
      // Sent twice: what was there first is garbage.
      if (PartNumber === 2) await this.#client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }))
      const { ETag } = await this.#client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }))
      parts.push({ PartNumber, ETag })
    }
    await this.#client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }),
    )
    this.#stored(mode, 'multipart', Buffer.concat(bodies))
  }

  async #copies(mode: ObjectMode): Promise<void> {
    const source = { CopySource: `${mode.bucket}/large`, ...mode.copySource }
    for (const from of ['inline', 'large']) {
      const Key = `copy-of-${from}`
      const CopySource = `${mode.bucket}/${from}`
      const replaced = { MetadataDirective: 'REPLACE' as const, ...this.#properties(Key) }
      await this.#client.send(
        new CopyObjectCommand({ Bucket: mode.bucket, Key, ...source, CopySource, ...mode.customer, ...replaced }),
      )
      const body = this.bodies.find((one) => one.mode === mode && one.key === from)?.body ?? assert.fail()
      this.#stored(mode, Key, body)
    }
    const target = { Bucket: mode.bucket, Key: 'part-copy', ...mode.customer }
    const UploadId = await this.#create(mode, 'part-copy')
    const copied = await this.#client.send(
      new UploadPartCopyCommand({ ...target, UploadId, PartNumber: 1, ...source, CopySourceRange: 'bytes=0-999999' }),
    )
    const Parts = [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]
    await this.#client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }))
    this.#stored(mode, 'part-copy', this.#body(mode, 'large', SIZES.large).subarray(0, 1_000_000))
  }

  /** What is refused, ended, left open, or deleted. */
  async #leftovers(mode: ObjectMode): Promise<void> {
    const target = { Bucket: mode.bucket, ...mode.customer }
    const Body = this.#body(mode, 'unfinished', SIZES.large)
    const aborted = await this.#create(mode, 'aborted')
    await this.#client.send(
      new UploadPartCommand({ ...target, Key: 'aborted', UploadId: aborted, PartNumber: 1, Body }),
    )
    await this.#client.send(new AbortMultipartUploadCommand({ Bucket: mode.bucket, Key: 'aborted', UploadId: aborted }))
    const open = await this.#create(mode, 'left-open')
    await this.#client.send(new UploadPartCommand({ ...target, Key: 'left-open', UploadId: open, PartNumber: 1, Body }))
    for (const [key, size] of Object.entries(SIZES)) {
      const Key = `deleted-${key}`
      await this.#client.send(
        new PutObjectCommand({ ...target, Key, Body: this.#body(mode, Key, size), ...this.#properties(key) }),
      )
      await this.#client.send(new DeleteObjectCommand({ Bucket: mode.bucket, Key }))
      const refused = {
        ContentMD5: Buffer.alloc(16).toString('base64'),
        Body: this.#body(mode, `refused ${key}`, size),
      }
      await assert.rejects(
        this.#client.send(new PutObjectCommand({ ...target, Key: `refused-${key}`, ...refused })),
        /BadDigest/,
      )
    }
  }

  /** Everything is there, and right, and says how it is protected. */
  async verify(): Promise<void> {
    for (const { mode, key, body } of this.bodies) {
      const target = { Bucket: mode.bucket, Key: key, ...mode.customer }
      const answer = await this.#client.send(new GetObjectCommand(target))
      const read = Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
      assert.ok(read.equals(body), `${mode.name} ${key}`)
      const head = await this.#client.send(new HeadObjectCommand(target))
      assert.equal(head.ServerSideEncryption, mode.shown, `${mode.name} ${key}`)
      assert.equal(head.SSEKMSKeyId, mode.keyArn, `${mode.name} ${key}`)
      assert.equal(head.Metadata?.['second'], `x${this.#mark}-metadata`)
      assert.equal(head.ContentType, `text/${this.#mark}-type`)
    }
    for (const mode of new Set(this.bodies.map((one) => one.mode))) {
      const tags = await this.#client.send(new GetObjectTaggingCommand({ Bucket: mode.bucket, Key: 'inline' }))
      assert.equal(tags.TagSet?.[0]?.Value, `${this.#mark}-later-tag`)
    }
  }
}
