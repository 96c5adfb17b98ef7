import type {
  BucketEncryption,
  Checksum,
  EncryptionMode,
  ObjectProperties,
  Versioning,
} from '../../src/operations/index.ts'

/** How a version is protected, as far as anybody can see it. `customer`: which of the run's customer keys. */
export interface ModelEncryption {
  readonly mode: EncryptionMode
  readonly keyArn?: string
  readonly bucketKey: boolean
  readonly customer?: number
}

export interface ModelPart {
  readonly partNumber: number
  readonly body: Buffer
  readonly etag: string
  readonly modifiedMs: number
  readonly checksum: Checksum
}

/** A version or a delete marker (then it has no content). Never changed in place. */
export interface ModelVersion {
  /** `null`, or the id that the store drew. */
  readonly id: string
  /** Its order (docs/object-format.md): microseconds, more than that of every older version of the name. */
  readonly place: number
  readonly marker: boolean
  readonly body: Buffer
  readonly etag: string
  readonly modifiedMs: number
  readonly properties: ObjectProperties
  readonly encryption: ModelEncryption
  /** Empty: not made by parts. */
  readonly parts: readonly ModelPart[]
  readonly checksums: readonly Checksum[]
  /** It was begun by an append. */
  readonly appendable?: true
  /** Whether it lies in streams, whatever its length: its bytes were changed. */
  readonly streams?: boolean
}

export interface ModelUpload {
  readonly id: string
  readonly key: string
  readonly startedMs: number
  readonly properties: ObjectProperties
  readonly encryption: ModelEncryption
  readonly checksum?: Pick<Checksum, 'algorithm' | 'type'>
  /** By number. */
  readonly parts: ReadonlyMap<number, ModelPart>
}

/** A finished upload, whose answer is repeated for a day to who asks again with the same list. */
export interface DoneUpload {
  readonly key: string
  readonly list: string
  readonly doneMs: number
  readonly etag: string
  readonly versionId?: string
}

export interface ModelBucket {
  readonly name: string
  readonly createdMs: number
  versioning: Versioning
  encryption: BucketEncryption
  /** Newest first; a name without versions is not there. */
  readonly names: Map<string, readonly ModelVersion[]>
  readonly uploads: Map<string, ModelUpload>
  readonly done: Map<string, DoneUpload>
}

/** Where the last page of a listing ended. */
export interface ModelPage {
  readonly prefix: string
  readonly delimiter: string
  readonly marker: string
  readonly id?: string
  readonly continuation?: string
}

/** Everything that the reference knows. What it holds is replaced, not changed, so that a copy is cheap. */
export class World {
  buckets = new Map<string, ModelBucket>()
  /** KMS keys by ARN; the value: whether it is enabled. */
  keys = new Map<string, boolean>()
  /** The account's own key, once an answer has named it. */
  managedKey: string | undefined
  nowMs: number
  /** By the listing's kind and bucket. */
  pages = new Map<string, ModelPage>()
  /** Where each continuation token goes on. */
  tokens = new Map<string, string>()
  /** Removed versions and ended uploads: ids that mean nothing any more. */
  gone: string[] = []

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  /** The same for worlds that are the same; of those that look alike from outside, as far as they differ. */
  get print(): string {
    const buckets = [...this.buckets.values()].map((bucket) => [
      bucket.name,
      [...bucket.names].map(([name, versions]) => [name, ...versions.map(({ id, place }) => `${id} ${place}`)]).sort(),
      [...bucket.uploads.keys()].sort(),
      [...bucket.done].map(([id, { list }]) => `${id} ${list}`).sort(),
    ])
    return JSON.stringify(buckets.sort())
  }

  copy(): World {
    const world = new World(this.nowMs)
    for (const [name, bucket] of this.buckets) {
      const { names, uploads, done } = bucket
      world.buckets.set(name, { ...bucket, names: new Map(names), uploads: new Map(uploads), done: new Map(done) })
    }
    world.keys = new Map(this.keys)
    world.managedKey = this.managedKey
    world.pages = new Map(this.pages)
    world.tokens = this.tokens
    world.gone = [...this.gone]
    return world
  }
}

export function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

/** The names of a bucket that begin with `prefix`, in the order of their bytes. */
export function namesOf(held: Iterable<string>, prefix: string): readonly string[] {
  return [...held].filter((name) => name.startsWith(prefix)).sort(byBytes)
}

/** A name as a listing shows it: itself, or the group that it lies in. */
export function groupOf(name: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' || !name.startsWith(prefix) ? -1 : name.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : name.slice(0, at + delimiter.length)
}
