import type { NumberedDocument } from './bucket-configurations.ts'
import type { ChecksumAlgorithm } from './checksum.ts'

/** Configurations of a bucket that can be missing. */
export type ConfigurationName = 'cors' | 'website' | 'ownership' | 'replication' | NumberedDocument

/** What a signature should have been made of: one character a byte. */
export interface SignedText {
  readonly accessKeyId: string
  readonly signature: string
  readonly stringToSign: string
  readonly canonicalRequest?: string
}

/**
 * Everything the store can refuse. Each dialect owns a total table from these kinds to its codes and statuses:
 * a kind added here does not compile until every dialect has an answer.
 */
export type Failure =
  // who, and may they
  /**
   * `resource`: as the caller named it, or as a caller who may not know more may read it. `reason`: for the audit alone.
   * `told`: what the caller may read of it.
   */
  | {
      readonly kind: 'access-denied'
      readonly action?: string
      readonly resource?: string
      readonly reason?: string
      readonly told?: string
    }
  /** `shown`: what was signed as this server reads it, for vendors that tell. All of it came with the request. */
  | { readonly kind: 'signature-does-not-match'; readonly shown?: SignedText }
  | { readonly kind: 'unknown-access-key' }
  | { readonly kind: 'request-time-too-skewed' }
  | { readonly kind: 'request-expired' }
  /** `expectedRegion`: the region that the scope of the signature should name, where that is what is wrong. */
  | { readonly kind: 'malformed-authorization'; readonly detail: string; readonly expectedRegion?: string }
  | { readonly kind: 'malformed-query-authorization'; readonly detail: string; readonly expectedRegion?: string }
  | { readonly kind: 'several-authorizations' }
  | { readonly kind: 'unsupported-signature'; readonly detail: string }
  | { readonly kind: 'missing-security-header'; readonly header: string }
  | { readonly kind: 'signed-digest-mismatch' }
  /** The console: `none`: nobody is signed in; `page`: another page asks; `proof`: the secret has to be typed again. */
  | { readonly kind: 'session-refused'; readonly why: 'none' | 'page' | 'proof' }
  /** A session token that is none of ours, or not this access key's. */
  | { readonly kind: 'invalid-token' }
  /** A number that is good for one request came again. */
  | { readonly kind: 'nonce-used' }
  | { readonly kind: 'expired-token' }
  // the request itself
  | { readonly kind: 'invalid-argument'; readonly argument: string; readonly value?: string; readonly detail: string }
  | { readonly kind: 'missing-argument'; readonly argument: string }
  | { readonly kind: 'invalid-request'; readonly detail: string }
  | { readonly kind: 'invalid-uri'; readonly detail: string }
  | { readonly kind: 'key-too-long' }
  | { readonly kind: 'method-not-allowed'; readonly allowed?: readonly string[]; readonly deleteMarker?: string }
  | { readonly kind: 'not-implemented'; readonly detail: string; readonly header?: string }
  /** The body names an operation that the service does not have at all (KMS, IAM, STS). */
  | { readonly kind: 'unknown-operation'; readonly name: string }
  | { readonly kind: 'missing-content-length' }
  | { readonly kind: 'entity-too-large'; readonly limitBytes: number }
  | { readonly kind: 'entity-too-small'; readonly partNumber?: number; readonly limitBytes: number }
  | { readonly kind: 'incomplete-body' }
  | { readonly kind: 'request-timeout' }
  | { readonly kind: 'malformed-xml'; readonly detail: string }
  | { readonly kind: 'malformed-json'; readonly detail: string }
  | { readonly kind: 'missing-body' }
  /** What was posted is no form: another media type, or no boundary. */
  | { readonly kind: 'not-a-form' }
  | { readonly kind: 'malformed-form'; readonly detail: string }
  | { readonly kind: 'form-field-too-long'; readonly limitBytes: number }
  /** The fields before the file are longer than that together. */
  | { readonly kind: 'form-too-long'; readonly limitBytes: number }
  | { readonly kind: 'form-files'; readonly files: number }
  /** The policy of a form cannot be read. */
  | { readonly kind: 'malformed-form-policy'; readonly detail: string }
  /** A form does not keep to its policy, or the policy's time is over. */
  | { readonly kind: 'form-policy'; readonly detail: string }
  | { readonly kind: 'malformed-trailer'; readonly detail: string }
  | { readonly kind: 'malformed-chunk'; readonly detail: string }
  | { readonly kind: 'invalid-digest' }
  | {
      readonly kind: 'bad-digest'
      readonly algorithm: ChecksumAlgorithm | 'md5'
      readonly expected: string
      readonly computed: string
    }
  | { readonly kind: 'metadata-too-large'; readonly limitBytes: number }
  | { readonly kind: 'invalid-tag'; readonly detail: string }
  | { readonly kind: 'invalid-storage-class'; readonly value: string }
  | { readonly kind: 'invalid-expected-owner' }
  /** A wish for encryption where none can be had: a read, a part. */
  | { readonly kind: 'encryption-header-not-allowed'; readonly header: string }
  | { readonly kind: 'invalid-encryption-algorithm'; readonly value: string }
  // buckets
  | { readonly kind: 'invalid-bucket-name'; readonly name: string }
  | { readonly kind: 'no-such-bucket'; readonly bucket: string }
  | { readonly kind: 'bucket-exists'; readonly bucket: string; readonly owned: boolean }
  | { readonly kind: 'bucket-not-empty'; readonly bucket: string }
  | { readonly kind: 'invalid-location'; readonly location: string }
  | { readonly kind: 'too-many-buckets'; readonly limit: number }
  /** A configuration that nobody put, or that was removed. */
  | { readonly kind: 'no-such-configuration'; readonly configuration: ConfigurationName; readonly bucket: string }
  | { readonly kind: 'too-many-configurations'; readonly limit: number }
  /** The id in the document is another than the request's. */
  | { readonly kind: 'id-mismatch' }
  /** What reports or copies are to be written to is no bucket. */
  | { readonly kind: 'invalid-destination'; readonly detail: string }
  // lists
  /** The bucket's ownership leaves no room for lists. */
  | { readonly kind: 'acl-not-supported'; readonly bucket: string }
  /** Lists cannot be switched off while the bucket's gives something to others. */
  | { readonly kind: 'acl-with-ownership'; readonly bucket: string }
  | { readonly kind: 'malformed-acl'; readonly detail: string }
  /** A cross-origin request that no rule allows. */
  | { readonly kind: 'cors-refused'; readonly detail: string }
  /** The bucket's requesters pay, and this one did not say so. */
  | { readonly kind: 'requester-pays'; readonly bucket: string }
  // objects
  | { readonly kind: 'no-such-key'; readonly key: string; readonly deleteMarker?: string }
  | { readonly kind: 'no-such-version'; readonly key: string; readonly versionId: string }
  | { readonly kind: 'no-such-tag-set' }
  /** `current`: what holds instead, as the dialect shows it; absent where nothing is told. */
  | { readonly kind: 'precondition-failed'; readonly condition: string; readonly current?: object | 'nothing' }
  | { readonly kind: 'not-modified'; readonly etag: string; readonly lastModifiedMs: number }
  | { readonly kind: 'conditional-conflict'; readonly key: string }
  | { readonly kind: 'invalid-range'; readonly size: number; readonly requested: string }
  /** A link to an encrypted object, where the vendor gives none. */
  | { readonly kind: 'not-shareable' }
  | { readonly kind: 'self-copy-without-change' }
  /** What has the new name already is not replaced. */
  | { readonly kind: 'rename-conflict'; readonly key: string }
  /** A client's token came with another request before. */
  | { readonly kind: 'idempotency-mismatch' }
  /** An append at another position than the end; `size` is where the next one goes. */
  | { readonly kind: 'position-mismatch'; readonly key: string; readonly size: number }
  | { readonly kind: 'not-appendable'; readonly key: string }
  | { readonly kind: 'symlink-target-missing'; readonly target: string }
  | { readonly kind: 'not-a-symlink'; readonly key: string }
  /** A link to a link, or to itself. */
  | { readonly kind: 'invalid-symlink-target'; readonly target: string }
  /** A restore of what is in no archive class. */
  | { readonly kind: 'not-archived'; readonly storageClass: string }
  | { readonly kind: 'copy-source-too-large'; readonly limitBytes: number }
  // uploads
  | { readonly kind: 'no-such-upload'; readonly uploadId: string }
  | { readonly kind: 'invalid-part'; readonly partNumber?: number; readonly detail: string }
  | { readonly kind: 'invalid-part-order' }
  | { readonly kind: 'invalid-part-number'; readonly requested: number; readonly actual: number }
  | { readonly kind: 'too-many-uploads'; readonly limit: number }
  // encryption and keys
  | { readonly kind: 'key-not-found'; readonly key: string }
  | { readonly kind: 'key-disabled'; readonly key: string }
  | { readonly kind: 'key-invalid-state'; readonly key: string; readonly state: string }
  | { readonly kind: 'key-invalid-usage'; readonly key: string; readonly detail: string }
  | {
      readonly kind: 'key-in-use'
      readonly key: string
      readonly versions: number
      readonly uploads: number
      readonly defaults: number
    }
  | { readonly kind: 'key-unavailable'; readonly detail: string }
  | { readonly kind: 'invalid-ciphertext' }
  | { readonly kind: 'incorrect-key' }
  | { readonly kind: 'alias-exists'; readonly alias: string }
  | { readonly kind: 'alias-not-found'; readonly alias: string }
  | { readonly kind: 'invalid-alias-name'; readonly alias: string; readonly detail: string }
  | { readonly kind: 'limit-exceeded'; readonly limit: string; readonly value: number }
  | { readonly kind: 'key-exists'; readonly key: string }
  /** The key's kind, origin or manager does not go with what is asked. */
  | { readonly kind: 'unsupported-operation'; readonly detail: string }
  | { readonly kind: 'key-conflict'; readonly detail: string }
  | { readonly kind: 'invalid-arn'; readonly arn: string }
  | { readonly kind: 'invalid-marker' }
  | { readonly kind: 'invalid-grant-id' }
  | { readonly kind: 'invalid-grant-token' }
  | { readonly kind: 'grant-not-found' }
  | { readonly kind: 'invalid-mac' }
  | { readonly kind: 'invalid-signature' }
  | { readonly kind: 'invalid-import-token' }
  | { readonly kind: 'expired-import-token' }
  /** Other bytes than the ones that the key had before. */
  | { readonly kind: 'incorrect-key-material' }
  /** Everything that was asked for is allowed and possible, and was not done, as the caller wanted. */
  | { readonly kind: 'dry-run' }
  // people and policies
  | { readonly kind: 'malformed-policy'; readonly detail: string }
  | { readonly kind: 'no-such-bucket-policy'; readonly bucket: string }
  | { readonly kind: 'no-such-lifecycle'; readonly bucket: string }
  /** The bucket does not lock its objects. */
  | { readonly kind: 'no-such-object-lock'; readonly bucket: string }
  /** The version has no retention, or nothing was ever said of a hold. */
  | { readonly kind: 'no-such-retention'; readonly key: string }
  | { readonly kind: 'no-such-worm'; readonly bucket: string }
  /** A retention or a hold keeps the version. */
  | { readonly kind: 'object-locked' }
  /** The bucket's other settings exclude this one. */
  | { readonly kind: 'invalid-bucket-state'; readonly detail: string }
  | { readonly kind: 'invalid-logging-target'; readonly detail: string }
  | { readonly kind: 'no-public-access-block'; readonly bucket: string }
  | { readonly kind: 'entity-not-found'; readonly entity: string; readonly name: string }
  | { readonly kind: 'entity-exists'; readonly entity: string; readonly name: string }
  | { readonly kind: 'delete-conflict'; readonly detail: string }
  | { readonly kind: 'unmodifiable-entity'; readonly detail: string }
  | { readonly kind: 'policy-not-attachable'; readonly detail: string }
  | { readonly kind: 'policy-too-large'; readonly limitBytes: number }
  | { readonly kind: 'packed-policy-too-large' }
  /** SSE-C headers are missing, do not apply, or name another key than the upload's. */
  | { readonly kind: 'customer-key-mismatch'; readonly detail: string }
  // the server
  | { readonly kind: 'sealed' }
  | { readonly kind: 'slow-down'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string }
  | { readonly kind: 'contended'; readonly detail: string }
  /** A stored thing does not authenticate. Clients learn no more than that; the audit record says what. */
  | { readonly kind: 'integrity'; readonly what: string }
  | { readonly kind: 'internal' }

export type FailureKind = Failure['kind']

/** The one class the rooms throw for an expected refusal. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.kind)
    this.failure = failure
  }
}

/** Throws `failure`; `never` lets it stand in an expression. */
export function refuse(failure: Failure): never {
  throw new StoreFailure(failure)
}
