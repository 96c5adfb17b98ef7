import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import {
  CHECKSUM_BYTES,
  parseBucketName,
  parseObjectKey,
  parseUploadId,
  parseVersionId,
  type BodyExpectation,
  type BucketName,
  type ByteRange,
  type ChecksumAlgorithm,
  type CopySource,
  type CustomerKey,
  type EncryptionRequest,
  type ObjectKey,
  type ObjectProperties,
  type OperationOf,
  type ReadConditions,
  type UploadId,
  type VersionId,
  type WriteCondition,
} from '../../src/operations/index.ts'
import { checksumOf } from '../../src/objects/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import type {
  ConditionChoice,
  DigestChoice,
  EncryptionChoice,
  EtagChoice,
  Move,
  ReadChoice,
  TargetChoice,
  UploadChoice,
} from './moves.ts'
import type { Request } from './outcome.ts'
import { bodyOf } from './seeded.ts'
import type { ModelUpload, ModelVersion, World } from './world.ts'

type MoveOf<Kind extends Move['kind']> = Extract<Move, { readonly kind: Kind }>

/** An ARN of this account that names no key. */
export const UNKNOWN_KEY = 'arn:aws:kms:us-east-1:000000000001:key/00000000-0000-4000-8000-000000000000'
const UNKNOWN_ETAG = 'd41d8cd98f00b204e9800998ecf84270'
const CLASSES = ['STANDARD', 'STANDARD_IA', 'REDUCED_REDUNDANCY'] as const

function parsed<Name>(name: Name | undefined, text: string): Name {
  if (name === undefined) throw new Error(`no name: ${text}`)
  return name
}

export function bucketName(text: string): BucketName {
  return parsed(parseBucketName(text), text)
}

export function objectKey(text: string): ObjectKey {
  const result = parseObjectKey(text)
  return parsed(result.kind === 'key' ? result.key : undefined, text)
}

function versionId(text: string): VersionId {
  return parsed(parseVersionId(text), text)
}

export function uploadId(text: string): UploadId {
  return parsed(parseUploadId(text), text)
}

export function customerBytes(number: number): Buffer {
  return Buffer.alloc(32, number + 1)
}

export function customerMd5(number: number): string {
  return createHash('md5').update(customerBytes(number)).digest('base64')
}

function customerKey(number: number): CustomerKey {
  return { key: new SecretBytes(customerBytes(number)), md5: customerMd5(number) }
}

export function tagsOf(number: number): readonly (readonly [string, string])[] {
  return Array.from({ length: number }, (_, index) => [`tag-${index}`, `value ${number}`] as const)
}

function propertiesOf(number: number): ObjectProperties {
  return {
    system: {
      contentType: `text/x-${number}`,
      ...(number % 2 === 0 ? {} : { cacheControl: `max-age=${number}`, contentLanguage: 'de' }),
    },
    metadata: Array.from({ length: number % 3 }, (_, index) => [`name-${index}`, `value ${number}`] as const),
    tags: tagsOf(number % 3),
    storageClass: CLASSES[number % CLASSES.length] ?? 'STANDARD',
  }
}

/** Turns moves into requests about what is there now. */
export class Requests {
  readonly #known: () => World
  readonly #keys: readonly string[]

  constructor(known: () => World, keys: readonly string[]) {
    this.#known = known
    this.#keys = keys
  }

  get #world(): World {
    return this.#known()
  }

  keyArn(position: number): string {
    return this.#keys[position] ?? UNKNOWN_KEY
  }

  #versions(choice: { readonly bucket: string; readonly key: string }): readonly ModelVersion[] {
    return this.#world.buckets.get(choice.bucket)?.names.get(choice.key) ?? []
  }

  #target(choice: TargetChoice): { bucket: BucketName; key: ObjectKey; versionId?: VersionId } {
    const where = { bucket: bucketName(choice.bucket), key: objectKey(choice.key) }
    if (choice.version === undefined) return where
    const versions = this.#versions(choice)
    const position = choice.version % (versions.length + 2)
    const gone = this.#world.gone.filter((id) => id.length === 32)
    const id = versions[position]?.id ?? (position === versions.length ? gone.at(-1) : 'null')
    return { ...where, versionId: versionId(id ?? '0'.repeat(32)) }
  }

  #meant(choice: TargetChoice): ModelVersion | undefined {
    const { versionId: id } = this.#target(choice)
    const versions = this.#versions(choice)
    return id === undefined ? versions[0] : versions.find((version) => version.id === id)
  }

  #customer(choice: 'own' | 'none' | number, own: number | undefined): { customer?: CustomerKey } {
    const number = choice === 'own' ? own : choice === 'none' ? undefined : choice
    return number === undefined ? {} : { customer: customerKey(number) }
  }

  #conditions(choice: ConditionChoice, version: ModelVersion | undefined): ReadConditions {
    const etags = (wanted: EtagChoice): readonly string[] => {
      const current = version?.marker === false ? version.etag : UNKNOWN_ETAG
      if (wanted === 'list') return [UNKNOWN_ETAG, current]
      return [wanted === 'any' ? '*' : wanted === 'current' ? current : UNKNOWN_ETAG]
    }
    const time = (offset: number): number =>
      Math.floor((version?.modifiedMs ?? this.#world.nowMs) / 1000) * 1000 + offset
    return {
      ...(choice.ifMatch === undefined ? {} : { ifMatch: etags(choice.ifMatch) }),
      ...(choice.ifNoneMatch === undefined ? {} : { ifNoneMatch: etags(choice.ifNoneMatch) }),
      ...(choice.ifModifiedSince === undefined ? {} : { ifModifiedSinceMs: time(choice.ifModifiedSince) }),
      ...(choice.ifUnmodifiedSince === undefined ? {} : { ifUnmodifiedSinceMs: time(choice.ifUnmodifiedSince) }),
    }
  }

  #range({ range }: ReadChoice): { range?: ByteRange } {
    if (range === undefined) return {}
    if (range.suffix === true) return { range: { kind: 'suffix', length: range.first } }
    const { first, last } = range
    return { range: last === undefined ? { kind: 'from', first } : { kind: 'from', first, last } }
  }

  #read(choice: ReadChoice): Omit<OperationOf<'get-object'>, 'kind'> {
    const version = this.#meant(choice)
    return {
      ...this.#target(choice),
      ...(choice.partNumber === undefined ? this.#range(choice) : { partNumber: choice.partNumber }),
      ...this.#customer(choice.customer, version?.encryption.customer),
      conditions: this.#conditions(choice.conditions, version),
      withChecksums: choice.withChecksums,
      overrides: {},
    }
  }

  #source(choice: ReadChoice): CopySource {
    const { bucket, key, versionId: id, conditions, customer } = this.#read(choice)
    return {
      bucket,
      key,
      conditions,
      ...(id === undefined ? {} : { versionId: id }),
      ...(customer === undefined ? {} : { customer }),
    }
  }

  #encryption(choice: EncryptionChoice): EncryptionRequest {
    switch (choice.kind) {
      case 'default':
      case 'sse-s3':
        return choice
      case 'sse-c':
        return { kind: 'sse-c', customer: customerKey(choice.customer) }
      case 'sse-kms':
      case 'dsse-kms':
        return {
          kind: choice.kind,
          ...(choice.key === undefined ? {} : { key: this.keyArn(choice.key) }),
          // A flag means nothing to DSSE; S3's header for it is of SSE-KMS.
          ...(choice.bucketKey === undefined || choice.kind === 'dsse-kms' ? {} : { bucketKey: choice.bucketKey }),
          ...(choice.context === true ? { context: { purpose: 'a test' } } : {}),
        }
    }
  }

  #condition(
    choice: { readonly bucket: string; readonly key: string },
    wanted: MoveOf<'put'>['condition'],
  ): { condition?: WriteCondition } {
    if (wanted === undefined) return {}
    if (wanted === 'if-none-match-any') return { condition: { kind: wanted } }
    const current = this.#versions(choice)[0]
    const etag = wanted === 'if-match-current' && current?.marker === false ? current.etag : UNKNOWN_ETAG
    return { condition: { kind: 'if-match', etag } }
  }

  async #expect(digest: DigestChoice, body: Buffer): Promise<BodyExpectation> {
    if (digest === 'none') return {}
    if (digest === 'md5') return { md5: createHash('md5').update(body).digest() }
    if (digest === 'wrong-md5') return { md5: Buffer.alloc(16, 7) }
    if (digest.startsWith('wrong-')) {
      const algorithm = digest.slice('wrong-'.length) as ChecksumAlgorithm
      return { checksum: { algorithm, value: Buffer.alloc(CHECKSUM_BYTES[algorithm], 7) } }
    }
    const algorithm = digest as ChecksumAlgorithm
    return { checksum: { algorithm, value: await valueOf(algorithm, body) } }
  }

  #upload({ bucket, upload }: UploadChoice): { found: ModelUpload | undefined; key: string; id: string } {
    const running = [...(this.#world.buckets.get(bucket)?.uploads.values() ?? [])]
    const found = running[upload % (running.length + 1)]
    if (found !== undefined) return { found, key: found.key, id: found.id }
    const done = [...(this.#world.buckets.get(bucket)?.done.entries() ?? [])].at(-1)
    const gone = this.#world.gone.filter((id) => id.length === 48).at(-1)
    return { found, key: done?.[1].key ?? 'a', id: done?.[0] ?? gone ?? '0'.repeat(48) }
  }

  /** The request of a move about objects, buckets or uploads. */
  async of(move: Exclude<Move, MoveOf<'switch-key' | 'pass' | 'job'>>): Promise<Request> {
    switch (move.kind) {
      case 'put': {
        const body = bodyOf(move.body.size, move.body.number)
        return {
          body,
          operation: {
            kind: 'put-object',
            ...this.#target(move),
            properties: propertiesOf(move.properties),
            encryption: this.#encryption(move.encryption),
            expect: await this.#expect(move.digest, body),
            ...this.#condition(move, move.condition),
          },
        }
      }
      case 'append':
        return this.#append(move)
      case 'modify':
      case 'truncate':
        return this.#change(move)
      case 'rename': {
        const { bucket, key, from, keepsTarget } = move
        const [source] = this.#versions({ bucket, key: from })
        const [target] = this.#versions({ bucket, key })
        return {
          operation: {
            kind: 'rename-object',
            ...{ bucket: bucketName(bucket), key: objectKey(key), from: objectKey(from) },
            sourceConditions: this.#conditions(move.sourceConditions, source),
            targetConditions: this.#conditions(move.targetConditions, target),
            ...(keepsTarget ? { keepsTarget } : {}),
          },
        }
      }
      case 'get':
        return { operation: { kind: 'get-object', ...this.#read(move) } }
      case 'head':
        return { operation: { kind: 'head-object', ...this.#read(move) } }
      case 'delete':
        return { operation: { kind: 'delete-object', ...this.#target(move) } }
      case 'delete-shown': {
        const page = this.#world.pages.get(`list-versions ${move.bucket}`)
        const where = { bucket: move.bucket, key: page?.marker ?? 'a' }
        const shown = this.#versions(where).find(
          (version) => version.place === Number.parseInt(page?.id?.slice(0, 16) ?? '', 16),
        )
        const target = { bucket: bucketName(move.bucket), key: objectKey(where.key) }
        return {
          operation: {
            kind: 'delete-object',
            ...target,
            ...(shown === undefined ? {} : { versionId: versionId(shown.id) }),
          },
        }
      }
      case 'delete-many': {
        const entries = move.entries.map((entry) => {
          const { key, versionId: id } = this.#target({ ...entry, bucket: move.bucket })
          return id === undefined ? { key } : { key, versionId: id }
        })
        return { operation: { kind: 'delete-objects', bucket: bucketName(move.bucket), entries } }
      }
      case 'copy':
        return { operation: this.#copy(move) }
      case 'get-tags':
        return { operation: { kind: 'get-object-tagging', ...this.#target(move) } }
      case 'put-tags':
        return { operation: { kind: 'put-object-tagging', ...this.#target(move), tags: tagsOf(move.tags) } }
      case 'delete-tags':
        return { operation: { kind: 'delete-object-tagging', ...this.#target(move) } }
      case 'attributes': {
        const { bucket, key, versionId: id, customer } = this.#read(move)
        return {
          operation: {
            kind: 'get-object-attributes',
            bucket,
            key,
            ...(id === undefined ? {} : { versionId: id }),
            ...(customer === undefined ? {} : { customer }),
            wants: ['etag', 'checksum', 'object-parts', 'storage-class', 'object-size'],
            partNumberMarker: move.marker,
            maxParts: move.maxParts,
          },
        }
      }
      case 'update-encryption': {
        const { toKey, bucketKey } = move
        return {
          operation: { kind: 'update-object-encryption', ...this.#target(move), keyArn: this.keyArn(toKey), bucketKey },
        }
      }
      case 'create-upload':
        return {
          operation: {
            kind: 'create-upload',
            ...this.#target(move),
            properties: propertiesOf(move.properties),
            encryption: this.#encryption(move.encryption),
            ...(move.checksum === undefined ? {} : { checksum: move.checksum }),
          },
        }
      case 'upload-part':
        return this.#uploadPart(move)
      case 'upload-part-copy': {
        const { found, key, id } = this.#upload(move)
        return {
          operation: {
            kind: 'upload-part-copy',
            bucket: bucketName(move.bucket),
            key: objectKey(key),
            uploadId: uploadId(id),
            partNumber: move.partNumber,
            source: this.#source(move.source),
            // Over the wire a part is copied from a range with both ends.
            ...(move.source.range?.last === undefined ? {} : this.#range(move.source)),
            ...this.#customer(move.customer, found?.encryption.customer),
          },
        }
      }
      case 'complete':
        return { operation: this.#complete(move) }
      case 'abort':
      case 'list-parts': {
        const { key, id } = this.#upload(move)
        const target = { bucket: bucketName(move.bucket), key: objectKey(key), uploadId: uploadId(id) }
        if (move.kind === 'abort') return { operation: { kind: 'abort-upload', ...target } }
        const { marker, maxParts } = move
        return { operation: { kind: 'list-parts', ...target, partNumberMarker: marker, maxParts } }
      }
      case 'list':
      case 'list-versions':
      case 'list-uploads':
        return { operation: this.#listing(move) }
      case 'list-buckets':
        return {
          operation: {
            kind: 'list-buckets',
            ...(move.prefix === undefined ? {} : { prefix: move.prefix }),
            ...(move.after === undefined ? {} : { after: move.after }),
            ...(move.limit === undefined ? {} : { maxBuckets: move.limit }),
          },
        }
      case 'create-bucket':
      case 'delete-bucket':
      case 'head-bucket':
        return { operation: { kind: move.kind, bucket: bucketName(move.bucket) } }
      case 'get-versioning':
        return { operation: { kind: 'get-bucket-versioning', bucket: bucketName(move.bucket) } }
      case 'get-encryption':
        return { operation: { kind: 'get-bucket-encryption', bucket: bucketName(move.bucket) } }
      case 'delete-encryption':
        return { operation: { kind: 'delete-bucket-encryption', bucket: bucketName(move.bucket) } }
      case 'set-versioning': {
        const { versioning } = move
        return { operation: { kind: 'put-bucket-versioning', bucket: bucketName(move.bucket), versioning } }
      }
      case 'set-encryption': {
        const { rule, blocked } = move
        const key = rule?.key === undefined ? {} : { key: this.keyArn(rule.key) }
        const change = {
          ...(rule === undefined
            ? {}
            : { rule: { mode: rule.mode, cipher: 'aes-256', bucketKey: rule.bucketKey, ...key } as const }),
          ...(blocked === undefined ? {} : { blocked }),
        }
        return { operation: { kind: 'put-bucket-encryption', bucket: bucketName(move.bucket), change } }
      }
    }
  }

  #append(move: MoveOf<'append'>): Request {
    const body = bodyOf(move.body.size, move.body.number)
    const [top] = this.#versions(move)
    const current = top?.marker === false ? top : undefined
    const end = current?.body.length ?? 0
    const own = current?.encryption.customer
    const customer = own === undefined ? undefined : this.#customer(move.customer, own).customer
    return {
      body,
      operation: {
        kind: 'append-object',
        ...this.#target(move),
        position: { end, start: 0, beyond: end + 1 }[move.at],
        properties: propertiesOf(move.properties),
        encryption: customer === undefined ? this.#encryption(move.encryption) : { kind: 'sse-c', customer },
        expect: {},
      },
    }
  }

  #change(move: MoveOf<'modify' | 'truncate'>): Request {
    const [top] = this.#versions(move)
    const length = top?.marker === false ? top.body.length : 0
    // Beyond the end by one byte at least.
    const at = move.at > 1 ? Math.floor(length * move.at) + 1 : Math.floor(length * move.at)
    const target = {
      ...{ bucket: bucketName(move.bucket), key: objectKey(move.key) },
      ...this.#customer(move.customer, top?.encryption.customer),
    }
    if (move.kind === 'truncate') return { operation: { kind: 'truncate-object', ...target, length: at } }
    const body = bodyOf(move.body.size, move.body.number)
    return { body, operation: { kind: 'modify-object', ...target, position: at, expect: {} } }
  }

  #copy(move: MoveOf<'copy'>): OperationOf<'copy-object'> {
    const { replaceProperties } = move
    const replaced = replaceProperties === undefined ? undefined : propertiesOf(replaceProperties)
    return {
      kind: 'copy-object',
      bucket: bucketName(move.bucket),
      key: objectKey(move.key),
      source: this.#source(move.source),
      encryption: this.#encryption(move.encryption),
      ...(replaced === undefined
        ? {}
        : { replaceProperties: { system: replaced.system, metadata: replaced.metadata } }),
      ...(move.replaceTags === undefined ? {} : { replaceTags: tagsOf(move.replaceTags) }),
      ...(move.storageClass === undefined ? {} : { storageClass: move.storageClass }),
      ...(move.checksum === undefined ? {} : { checksum: move.checksum }),
      ...this.#condition(move, move.condition),
    }
  }

  async #uploadPart(move: MoveOf<'upload-part'>): Promise<Request> {
    const { found, key, id } = this.#upload(move)
    const body = bodyOf(move.body.size, move.body.number)
    const other = found?.checksum?.algorithm === 'sha1' ? 'sha256' : 'sha1'
    const digest = move.digest === 'other-algorithm' ? (found?.checksum === undefined ? 'none' : other) : move.digest
    return {
      body,
      operation: {
        kind: 'upload-part',
        bucket: bucketName(move.bucket),
        key: objectKey(key),
        uploadId: uploadId(id),
        partNumber: move.partNumber,
        expect: await this.#expect(digest, body),
        ...this.#customer(move.customer, found?.encryption.customer),
      },
    }
  }

  #complete(move: MoveOf<'complete'>): OperationOf<'complete-upload'> {
    const { found, key, id } = this.#upload(move)
    const all = [...(found?.parts.values() ?? [])].sort((left, right) => left.partNumber - right.partNumber)
    const named = (withChecksum: boolean): OperationOf<'complete-upload'>['parts'] =>
      all.map(({ partNumber, etag, checksum }) => ({
        partNumber,
        etag,
        ...(withChecksum && found?.checksum?.type === 'composite'
          ? { checksum: { algorithm: checksum.algorithm, value: checksum.value } }
          : {}),
      }))
    const parts = [...named(move.list !== 'no-checksums')]
    const last = parts.at(-1)
    if (move.list === 'last-only' && last !== undefined) parts.splice(0, parts.length, last)
    if (move.list === 'backwards') parts.reverse()
    if (move.list === 'twice' && last !== undefined) parts.push(last)
    if (move.list === 'unknown-part') parts.push({ partNumber: 10_000 - all.length, etag: UNKNOWN_ETAG })
    if (move.list === 'wrong-etag' && last !== undefined) parts.splice(-1, 1, { ...last, etag: UNKNOWN_ETAG })
    if (move.list === 'empty') parts.length = 0
    const listed = new Set(parts.map((part) => part.partNumber))
    const size = all.filter((part) => listed.has(part.partNumber)).reduce((sum, part) => sum + part.body.length, 0)
    return {
      kind: 'complete-upload',
      bucket: bucketName(move.bucket),
      key: objectKey(key),
      uploadId: uploadId(id),
      parts:
        found === undefined && parts.length === 0 && move.list !== 'empty'
          ? [{ partNumber: 1, etag: UNKNOWN_ETAG }]
          : parts,
      ...(move.size === 'unsaid' ? {} : { objectSize: move.size === 'right' ? size : size + 1 }),
      ...this.#customer(move.customer, found?.encryption.customer),
      ...this.#condition({ bucket: move.bucket, key }, move.condition),
    }
  }

  #listing(
    move: MoveOf<'list' | 'list-versions' | 'list-uploads'>,
  ): OperationOf<'list-objects' | 'list-object-versions' | 'list-uploads'> {
    const bucket = bucketName(move.bucket)
    const last = move.from === 'next' ? this.#world.pages.get(`${move.kind} ${move.bucket}`) : undefined
    const { prefix, delimiter } = last ?? move
    const own = typeof move.from === 'object' ? move.from : undefined
    const marker = last?.marker ?? own?.marker ?? ''
    const common = { bucket, prefix, delimiter }
    switch (move.kind) {
      case 'list': {
        const continuation = move.limit % 2 === 1 ? last?.continuation : undefined
        return {
          kind: 'list-objects',
          ...common,
          maxKeys: move.limit,
          fetchOwner: false,
          after: continuation === undefined ? marker : '',
          ...(continuation === undefined ? {} : { continuation }),
        }
      }
      case 'list-versions': {
        const versions = own?.version === undefined ? [] : this.#versions({ bucket: move.bucket, key: marker })
        const chosen = own?.version === undefined ? undefined : (versions[own.version]?.id ?? 'null')
        const id = last?.id ?? chosen
        return {
          kind: 'list-object-versions',
          ...common,
          keyMarker: marker,
          maxKeys: move.limit,
          ...(id === undefined ? {} : { versionIdMarker: versionId(id) }),
        }
      }
      case 'list-uploads': {
        const uploads = [...(this.#world.buckets.get(move.bucket)?.uploads.keys() ?? [])]
        const id = last?.id ?? (own?.version === undefined ? undefined : uploads[own.version])
        return {
          kind: 'list-uploads',
          ...common,
          keyMarker: marker,
          maxUploads: move.limit,
          ...(id === undefined ? {} : { uploadIdMarker: uploadId(id) }),
        }
      }
    }
  }
}

const VALUES = new Map<string, Uint8Array>()

/** The checksum of a body: of the kinds that Node knows by Node itself. */
export async function valueOf(algorithm: ChecksumAlgorithm, body: Buffer): Promise<Uint8Array> {
  if (algorithm === 'sha1' || algorithm === 'sha256') return createHash(algorithm).update(body).digest()
  if (algorithm === 'crc32') {
    const value = Buffer.alloc(4)
    value.writeUInt32BE(crc32(body))
    return value
  }
  const name = `${algorithm} ${createHash('md5').update(body).digest('hex')}`
  const value = VALUES.get(name) ?? (await checksumOf(algorithm, body))
  VALUES.set(name, value)
  return value
}
