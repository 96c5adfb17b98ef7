import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3'
import { createCipheriv, createHash } from 'node:crypto'
import type { ObjectMode } from '../object-modes.ts'
import type { Line } from './run-reader.ts'

/** What the server acknowledged, in the words of the second reader. */
export interface Written {
  readonly bucket: string
  readonly name: string
  readonly versionId: string
  readonly current: boolean
  readonly deleteMarker?: true | undefined
  readonly size?: number | undefined
  readonly sha256?: string | undefined
  readonly etag?: string | undefined
  readonly form?: 'inline' | 'stream' | 'pages' | undefined
  readonly metadata?: readonly (readonly [string, string])[] | undefined
  readonly tags?: readonly (readonly [string, string])[] | undefined
  readonly system?: Line | undefined
  readonly parts?: readonly number[] | undefined
}

/** The borders of the forms: in the row, small segments, large ones; a segment more or less. */
export const SIZES = [0, 1, 16_383, 16_384, 32_768, 1_048_575, 1_048_576, 1_179_648, 2_500_001] as const
const INLINE_LIMIT = 16_383
const PART_BYTES = 5 * 1024 * 1024

/** Bytes that look random, are the same in every run, and are others for every label. */
export function bodyOf(label: string, size: number): Buffer {
  const key = createHash('sha256').update(label).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Writes by every road into a bucket, and remembers what was acknowledged. */
export class ObjectWriter {
  readonly written: Written[] = []
  /** Whole objects that parts are copied from. */
  readonly bodies = new Map<string, Buffer>()
  readonly client: S3Client
  readonly mode: ObjectMode

  constructor(client: S3Client, mode: ObjectMode) {
    this.client = client
    this.mode = mode
  }

  async put(name: string, size: number, checksum: 'CRC32' | 'SHA256' | 'CRC64NVME' = 'CRC32'): Promise<void> {
    const body = bodyOf(`${this.mode.name}/${name}/${this.written.length}`, size)
    const put = await this.client.send(
      new PutObjectCommand({
        Bucket: this.mode.bucket,
        Key: name,
        Body: body,
        ContentType: 'text/x-note',
        CacheControl: 'max-age=7',
        Metadata: { colour: 'deep red', size: String(size) },
        Tagging: 'kind=note&empty=',
        ChecksumAlgorithm: checksum,
        ...this.mode.customer,
      }),
    )
    this.remember(name, put.VersionId, {
      ...bodyFacts(body, put.ETag),
      form: size <= INLINE_LIMIT ? 'inline' : 'stream',
      metadata: [
        ['colour', 'deep red'],
        ['size', String(size)],
      ],
      tags: [
        ['kind', 'note'],
        ['empty', ''],
      ],
      system: { contentType: 'text/x-note', cacheControl: 'max-age=7' },
    })
  }

  /** A new object from one of another writer: opened with its key, sealed with this one's. */
  async copy(name: string, from: ObjectWriter, source: string): Promise<void> {
    const body = from.find(source)
    const copied = await this.client.send(
      new CopyObjectCommand({
        Bucket: this.mode.bucket,
        Key: name,
        CopySource: `${from.mode.bucket}/${source}`,
        ...this.mode.customer,
        ...from.mode.copySource,
      }),
    )
    const { size, sha256, form, metadata, tags, system } = body
    const etag = unquoted(copied.CopyObjectResult?.ETag)
    this.remember(name, copied.VersionId, { size, sha256, form, metadata, tags, system, etag })
  }

  async remove(name: string): Promise<void> {
    const removed = await this.client.send(new DeleteObjectCommand({ Bucket: this.mode.bucket, Key: name }))
    this.remember(name, removed.VersionId, { deleteMarker: true })
  }

  /** Three parts, numbered with gaps; the first was sent twice, the second is a range of another object. */
  async multipart(name: string, from: ObjectWriter, source: string): Promise<void> {
    const uploadId = await this.begin(name)
    const first = bodyOf(`${this.mode.name}/${name}/1`, PART_BYTES)
    const last = bodyOf(`${this.mode.name}/${name}/900`, 70_000)
    await this.sendPart(name, uploadId, 1, bodyOf('thrown away', PART_BYTES))
    const etags: CompletedPart[] = [await this.sendPart(name, uploadId, 1, first)]
    const copied = await this.client.send(
      new UploadPartCopyCommand({
        Bucket: this.mode.bucket,
        Key: name,
        UploadId: uploadId,
        PartNumber: 5,
        CopySource: `${from.mode.bucket}/${source}`,
        CopySourceRange: `bytes=10-${PART_BYTES + 9}`,
        ...this.mode.customer,
        ...from.mode.copySource,
      }),
    )
    etags.push({ PartNumber: 5, ETag: copied.CopyPartResult?.ETag })
    etags.push(await this.sendPart(name, uploadId, 900, last))
    const done = await this.client.send(
      new CompleteMultipartUploadCommand({
        Bucket: this.mode.bucket,
        Key: name,
        UploadId: uploadId,
        MultipartUpload: { Parts: etags },
        ...this.mode.customer,
      }),
    )
    const middle = from.bodies.get(source)?.subarray(10, PART_BYTES + 10) ?? Buffer.alloc(0)
    const body = Buffer.concat([first, middle, last])
    const parts = [PART_BYTES, PART_BYTES, 70_000]
    this.remember(name, done.VersionId, { ...bodyFacts(body, done.ETag), form: 'pages', parts, tags: [], metadata: [] })
  }

  /** An upload with one part, left open. */
  async leaveOpen(name: string): Promise<void> {
    const uploadId = await this.begin(name)
    await this.sendPart(name, uploadId, 3, bodyOf(`${this.mode.name}/${name}/3`, 300_000))
  }

  /** An object of one stream that parts are copied from. */
  async source(name: string): Promise<void> {
    const body = bodyOf(`${this.mode.name}/${name}`, PART_BYTES + 500)
    const Bucket = this.mode.bucket
    const put = await this.client.send(new PutObjectCommand({ Bucket, Key: name, Body: body, ...this.mode.customer }))
    this.bodies.set(name, body)
    this.remember(name, put.VersionId, { ...bodyFacts(body, put.ETag), form: 'stream' })
  }

  private async begin(name: string): Promise<string> {
    const { UploadId } = await this.client.send(
      new CreateMultipartUploadCommand({ Bucket: this.mode.bucket, Key: name, ...this.mode.customer }),
    )
    if (UploadId === undefined) throw new Error('no upload id')
    return UploadId
  }

  private async sendPart(name: string, uploadId: string, part: number, body: Buffer): Promise<CompletedPart> {
    const sent = await this.client.send(
      new UploadPartCommand({
        Bucket: this.mode.bucket,
        Key: name,
        UploadId: uploadId,
        PartNumber: part,
        Body: body,
        ...this.mode.customer,
      }),
    )
    return { PartNumber: part, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 }
  }

  private find(name: string): Written {
    const found = this.written.find((one) => one.name === name && one.current)
    if (found === undefined) throw new Error(`${name} was not written`)
    return found
  }

  /** A null version is written over. A delete marker is current for the protocol, and no `live/` row for the store. */
  private remember(name: string, versionId: string | undefined, facts: Omit<Written, keyof Named>): void {
    const before = this.written.splice(0)
    for (const one of before) {
      if (one.name !== name) this.written.push(one)
      else if (one.versionId !== 'null') this.written.push({ ...one, current: false })
    }
    const current = facts.deleteMarker === undefined
    this.written.push({ bucket: this.mode.bucket, name, versionId: versionId ?? 'null', current, ...facts })
  }
}

type Named = Pick<Written, 'bucket' | 'name' | 'versionId' | 'current'>

function bodyFacts(body: Buffer, etag: string | undefined): Pick<Written, 'size' | 'sha256' | 'etag'> {
  return { size: body.length, sha256: sha256(body), etag: unquoted(etag) }
}

function unquoted(etag: string | undefined): string | undefined {
  return etag?.replaceAll('"', '')
}
