import type {
  Awaitable,
  AccountId,
  BucketEncryption,
  BodySum,
  BucketName,
  Caller,
  CustomerKey,
  EncryptionMode,
  EncryptionRequest,
  ObjectKey,
  ShownEncryption,
  StorageDialect,
} from '../operations/index.ts'
import type { KeyRoad } from '../kms/index.ts'
import type { Check, Fragment } from '../storage/index.ts'

/** 16 random bytes, made before the first byte of what is sealed, never reused. */
export type SealId = Uint8Array

/** Everything that has to be stored, in a version's sealed detail, to open its data again. JSON-able; bytes are base64. */
export type StoredEncryption =
  | {
      readonly mode: 'none' | 'sse-s3'
      readonly cipher: 'aes-256' | 'sm4'
      readonly account: string
      readonly serviceKeyVersion: number
      readonly envelope?: string
    }
  | {
      readonly mode: 'sse-kms'
      readonly cipher: 'aes-256' | 'sm4'
      readonly keyUid: string
      readonly keyVersion: number
      readonly keyArn: string
      /** The `CKB1` blob: of the DEK, of the inline message's key, or of the bucket key. */
      readonly blob: string
      /** As it was sent to the key service; replayed, never computed anew. */
      readonly context: Readonly<Record<string, string>>
      /** The pairs that the client gave. */
      readonly clientContext?: Readonly<Record<string, string>>
      /** Present: `blob` holds the bucket key of this id, and `envelope` (if not inline) the DEK under it. */
      readonly bucketKeyId?: string
      readonly envelope?: string
    }
  | {
      readonly mode: 'dsse-kms'
      readonly cipher: 'aes-256' | 'sm4'
      readonly keyUid: string
      readonly keyVersion: number
      readonly keyArn: string
      readonly blob: string
      readonly context: Readonly<Record<string, string>>
      readonly clientContext?: Readonly<Record<string, string>>
      /** The outer layer, under the service key. */
      readonly account: string
      readonly serviceKeyVersion: number
      readonly outerEnvelope?: string
    }
  | { readonly mode: 'sse-c'; readonly cipher: 'aes-256'; readonly envelope?: string; readonly probe?: string }

/** One sealed stream as a manifest entry describes it. JSON-able. */
export interface SealedStream {
  /** Plaintext bytes. */
  readonly length: number
  /** Sealed bytes in the blob, all layers. */
  readonly sealedLength: number
  readonly segmentBytes: 16384 | 65536
  /** 24-byte salt and 32-byte commitment of each layer, innermost first, base64. */
  readonly layers: readonly { readonly salt: string; readonly commitment: string }[]
}

export interface SealScope {
  readonly caller: Caller
  readonly requestId: string
  readonly bucket: {
    readonly name: BucketName
    readonly uuid: Uint8Array
    readonly account: AccountId
    readonly encryption: BucketEncryption
  }
  readonly key: ObjectKey
  readonly sealId: SealId
  /** A kept bucket key does not do: the key service is asked for this request alone. */
  readonly fresh?: true
  /** In which vendor's interface it was asked for, and whether by TLS. Absent: S3's, or the server itself. */
  readonly road?: SealRoad
}

export interface SealRoad {
  readonly vendor: Exclude<StorageDialect, 's3'>
  readonly secure: boolean
  /** What a KMS key is needed for. Absent: an upload. */
  readonly task?: KeyRoad['task']
}

/** Who changes a bucket's default, and in which vendor's interface; absent: S3's, or the server itself. */
export interface DefaultChange {
  readonly caller: Caller
  readonly requestId: string
  readonly vendor?: SealRoad['vendor']
}

/** Seals one stream, piece by piece. */
export interface StreamSealer {
  /** Takes plaintext, gives back what may be written so far: buffers of whole sealed segments, each layer's header first. */
  push(plaintext: Uint8Array): readonly Uint8Array[]
  /** The last segment, and the description for the manifest. */
  end(): { readonly pieces: readonly Uint8Array[]; readonly stream: SealedStream }
}

/** The keys of one version or upload while it is written. Wiped by `dispose`. */
export interface WriteKeys {
  readonly mode: EncryptionMode
  readonly shown: ShownEncryption
  /** What the record keeps. For an inline body and for streams it differs: ask for what was used. */
  stored(form: 'inline' | 'streams'): StoredEncryption
  /** At most 16,383 bytes, as one message. */
  sealInline(plaintext: Uint8Array): Buffer
  /** `knownLength` decides the segment size: 64 KiB from 1 MiB on and where it is not known. */
  sealStream(partNumber: number, knownLength: number | undefined): StreamSealer
  /** Checksums of KMS, DSSE and SSE-C data as they are stored: masked under the DEK or the message's key. Others: as they are. */
  maskChecksums(
    form: 'inline' | 'streams',
    partNumber: number,
    checksums: readonly BodySum[],
  ): readonly StoredChecksum[]
  /** As `ReadKeys` does: for what is added to a version. */
  unmaskChecksums(
    form: 'inline' | 'streams',
    partNumber: number,
    checksums: readonly StoredChecksum[],
  ): readonly BodySum[]
  /**
   * For a commit that rests on the right by which these keys were given, and references no key: decides anew whether the
   * caller still has it, and gives the guards of then. Refuses with `access-denied`.
   */
  guards(): Awaitable<readonly Check[]>
  /** What the commit carries so that the KMS key counts this version or upload; empty where no KMS key is used. */
  reference(referrer: 'version' | 'upload'): Awaitable<Fragment>
  dispose(): void
}

/** JSON-able; `value` is base64: of the checksum or, where `masked` says so (KMS, DSSE and SSE-C data), of its masked form. */
export interface StoredChecksum {
  readonly masked?: true
  readonly algorithm: BodySum['algorithm']
  readonly type: BodySum['type']
  readonly value: string
  readonly parts?: number
}

/** The keys of one version while it is read. Wiped by `dispose`. */
export interface ReadKeys {
  readonly shown: ShownEncryption
  openInline(sealed: Uint8Array): Buffer
  /** Which bytes of the blob hold plaintext [first, first + length) of the stream. */
  sealedRange(stream: SealedStream, first: number, length: number): { readonly offset: number; readonly length: number }
  /**
   * Opens exactly plaintext [first, first + length) from the sealed bytes that `sealedRange` named. Each piece was
   * authenticated; anything wrong throws the `integrity` failure before a wrong byte is yielded.
   */
  openStream(
    partNumber: number,
    stream: SealedStream,
    range: { readonly first: number; readonly length: number },
    sealed: AsyncIterable<Uint8Array>,
  ): AsyncIterable<Uint8Array>
  unmaskChecksums(
    form: 'inline' | 'streams',
    partNumber: number,
    checksums: readonly StoredChecksum[],
  ): readonly BodySum[]
  dispose(): void
}

/** Objects at rest. The engine asks for keys and gets streams; it never sees a key or the key service. */
export interface ObjectEncryption {
  /** Decides the mode (the one function), asks the key service as the caller, and makes fresh keys. */
  beginWrite(scope: SealScope, request: EncryptionRequest): Awaitable<WriteKeys>
  /** Keys of a running upload, for a part. Needs Decrypt; SSE-C: the same customer key, else `customer-key-mismatch`. */
  resumeWrite(scope: SealScope, stored: StoredEncryption, customer: CustomerKey | undefined): Promise<WriteKeys>
  /** `form` says whether the body is inline. SSE-C: missing, needless and wrong keys have their failures (spec 4.6). */
  beginRead(
    scope: SealScope,
    stored: StoredEncryption,
    customer: CustomerKey | undefined,
    form: 'inline' | 'streams',
  ): Awaitable<ReadKeys>
  /** The checks of `beginRead` that need no KMS (customer key present, fitting, right), for HEAD; and what to show. */
  describe(
    scope: Pick<SealScope, 'sealId' | 'caller' | 'bucket' | 'road'>,
    stored: StoredEncryption,
    customer: CustomerKey | undefined,
  ): ShownEncryption
  /** Whether a write with this request into this bucket would change how `stored` is protected (S3's self-copy rule). */
  wouldChange(stored: StoredEncryption, request: EncryptionRequest, bucket: BucketEncryption): boolean
  /**
   * A new wrap around the same data key (UpdateObjectEncryption). Inline bodies are sealed again: `inline` in, `inline`
   * out. Also what the commit carries.
   */
  rewrap(
    scope: SealScope,
    stored: StoredEncryption,
    target: { readonly keyArn: string; readonly bucketKey: boolean },
    inline: Uint8Array | undefined,
    checksums: readonly StoredChecksum[],
  ): Promise<{
    readonly stored: StoredEncryption
    readonly inline?: Buffer
    readonly checksums: readonly StoredChecksum[]
    readonly fragment: Fragment
  }>
  /** What the commit carries that ends a version's or upload's hold on its KMS key; empty for other modes. */
  dereference(stored: StoredEncryption, sealId: SealId, referrer: 'version' | 'upload'): Fragment
  /** Refuses as a write would: unless the caller could write and read under the KMS key that a default names. */
  checkDefaultKey(
    request: { readonly caller: Caller; readonly requestId: string },
    bucket: BucketName,
    rule: Pick<BucketEncryption, 'mode' | 'key'>,
  ): Promise<void>
  /** The customer managed key that the caller names by id or ARN, and can use now; anything else is refused (S3-42, S3-54, S3-55). */
  checkOnlyKey(
    request: { readonly caller: Caller; readonly requestId: string },
    bucket: BucketName,
    key: string | undefined,
  ): Promise<{ readonly uid: string; readonly arn: string }>
  /** For a bucket default that names a KMS key which exists: its reference fragments, old and new. Unknown keys: empty. */
  changeDefault(
    request: DefaultChange,
    bucketUuid: Uint8Array,
    before: BucketEncryption,
    after: BucketEncryption,
  ): Promise<Fragment>
}
