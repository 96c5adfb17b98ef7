import type { FailureKind } from '../operations/index.ts'

/** What belongs to objects, buckets and people never comes of an operation on keys. */
const OF_OTHERS = [
  ...(['key-too-long', 'entity-too-small', 'malformed-xml', 'metadata-too-large', 'invalid-storage-class'] as const),
  ...(['invalid-expected-owner', 'encryption-header-not-allowed', 'invalid-encryption-algorithm'] as const),
  ...(['invalid-bucket-name', 'no-such-bucket', 'bucket-exists', 'bucket-not-empty', 'invalid-location'] as const),
  ...(['too-many-buckets', 'no-such-key', 'no-such-version', 'no-such-tag-set', 'precondition-failed'] as const),
  ...(['not-modified', 'conditional-conflict', 'invalid-range', 'position-mismatch', 'not-appendable'] as const),
  ...(['rename-conflict', 'idempotency-mismatch'] as const),
  ...(['symlink-target-missing', 'not-a-symlink', 'invalid-symlink-target', 'not-archived', 'not-a-form'] as const),
  ...(['malformed-form', 'form-field-too-long', 'form-too-long', 'form-files', 'malformed-form-policy'] as const),
  ...(['form-policy', 'not-shareable', 'self-copy-without-change', 'copy-source-too-large', 'no-such-upload'] as const),
  ...(['invalid-part', 'invalid-part-order', 'invalid-part-number', 'too-many-uploads'] as const),
  ...(['customer-key-mismatch', 'no-such-bucket-policy', 'no-such-lifecycle', 'no-such-object-lock'] as const),
  ...(['no-such-retention', 'no-such-worm', 'object-locked', 'invalid-bucket-state', 'cors-refused'] as const),
  ...(['invalid-logging-target', 'no-public-access-block', 'no-such-configuration', 'requester-pays'] as const),
  ...(['too-many-configurations', 'id-mismatch', 'invalid-destination', 'acl-not-supported'] as const),
  ...(['acl-with-ownership', 'malformed-acl', 'entity-not-found', 'entity-exists', 'delete-conflict'] as const),
  ...(['unmodifiable-entity', 'policy-not-attachable', 'packed-policy-too-large', 'session-refused'] as const),
  ...(['malformed-trailer', 'malformed-chunk', 'invalid-digest', 'invalid-signature', 'invalid-mac'] as const),
] as const satisfies readonly FailureKind[]

type OfOthers = (typeof OF_OTHERS)[number]

/** What the tables of the vendors' key services have a line for: a kind that is added is in the list above, or in each of them. */
export type KeyFailureKind = Exclude<FailureKind, OfOthers>

const OTHERS: ReadonlySet<string> = new Set(OF_OTHERS)

export function isKeyFailure(kind: FailureKind): kind is KeyFailureKind {
  return !OTHERS.has(kind)
}
