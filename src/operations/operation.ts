import type { AccessControlOperation, AccessControlResults } from './access-control.ts'
import type { BucketOperation, BucketResults } from './bucket-operations.ts'
import type { LifecycleOperation, LifecycleResults } from './lifecycle-operations.ts'
import type { LockOperation, LockResults } from './lock-operations.ts'
import type { LoggingOperation, LoggingResults } from './logging-operations.ts'
import type { NotificationOperation, NotificationResults } from './notification-operations.ts'
import type { ChangeOperation, ChangeResults } from './change-operations.ts'
import type { ConfigurationOperation, ConfigurationResults } from './configuration-operations.ts'
import type { ConsoleOperation, ConsoleResults } from './console-operations.ts'
import type { KeyOperation, KeyResults } from './key-operations.ts'
import type { DirectorySessionMode } from './caller.ts'
import type { AccountId, BucketName, ObjectKey, UploadId, VersionId } from './names.ts'
import type { ObjectOperation, ObjectResults } from './object-operations.ts'
import type { PeopleOperation, PeopleResults } from './people-operations.ts'
import type { PeopleReference } from './people-target.ts'
import type { ProbeOperation, ProbeResults } from './probe-operation.ts'
import type { ServerOperation, ServerResults } from './server-operations.ts'
import type { WormOperation, WormResults } from './worm-operations.ts'
import type { UploadOperation, UploadResults } from './upload-operations.ts'

/** Everything the store can be asked, in our own terms. */
export type Operation =
  | BucketOperation
  | LifecycleOperation
  | LockOperation
  | LoggingOperation
  | NotificationOperation
  | ConfigurationOperation
  | AccessControlOperation
  | ObjectOperation
  | ChangeOperation
  | UploadOperation
  | KeyOperation
  | PeopleOperation
  | ServerOperation
  | ConsoleOperation
  | WormOperation
  | ProbeOperation

export type OperationKind = Operation['kind']

export type OperationOf<Kind extends OperationKind> = Extract<Operation, { readonly kind: Kind }>

/** What each operation answers. */
export interface Results
  extends
    BucketResults,
    LifecycleResults,
    LockResults,
    LoggingResults,
    NotificationResults,
    WormResults,
    ProbeResults,
    ConfigurationResults,
    AccessControlResults,
    ObjectResults,
    ChangeResults,
    UploadResults,
    KeyResults,
    PeopleResults,
    ServerResults,
    ConsoleResults {}

/** An operation and its result, together, so that an encoder can switch over both. */
export type Answer = {
  [Kind in OperationKind]: { readonly operation: OperationOf<Kind>; readonly result: Results[Kind] }
}[OperationKind]

/**
 * What is known of a request before its body was read: enough to authorize it. `source` is the source of a
 * copy or of a rename, whose own rights are asked for too.
 */
export interface Target {
  readonly kind: OperationKind
  readonly bucket?: BucketName
  readonly key?: ObjectKey
  readonly versionId?: VersionId
  readonly source?: { readonly bucket: BucketName; readonly key: ObjectKey; readonly versionId?: VersionId }
  /** One entry of a list: the operation that it came in. Some vendors' policies have a name of its own for that. */
  readonly entryOf?: OperationKind
  /** An upload by a form of a browser: some vendors' policies have a name of its own for that. */
  readonly byForm?: true
  /** A copy that takes the source's tags along: rights to read and set tags are asked for where there are any. */
  readonly copiesTags?: boolean
  /** The upload that a part belongs to: conditions about encryption see what the upload was begun with. */
  readonly uploadId?: UploadId
  /** What a session for a directory bucket is asked for; absent in its own request: the most that is allowed. */
  readonly sessionMode?: DirectorySessionMode
  /** Asserted owners; a mismatch is refused. */
  readonly expectedOwner?: AccountId
  readonly expectedSourceOwner?: AccountId
  /**
   * A write that names a customer's key (SSE-C). Where the bucket blocks that, it is refused at authorization, before
   * anything of the key is looked at: a perfect key and a broken one get the same answer.
   */
  readonly namesCustomerKey?: boolean
  /** The caller takes the cost of a bucket whose requesters pay (`x-amz-request-payer: requester` and its like). */
  readonly requesterPays?: boolean
  /** Actions on the same resource that the request asks for besides its own: tags, lists and locks that come with a write (T-075). */
  readonly also?: readonly string[]
  /**
   * Values of the request for conditions of policies, by canonical lower-case key (`s3:prefix`): only what was asked for,
   * never what a default adds. Filled by every dialect from what it decoded, in the canonical spelling (T-072).
   */
  readonly conditions?: (key: string) => readonly string[] | undefined
  /** A KMS key named by a key operation. */
  readonly keyReference?: string
  /** Somebody of the caller's account, named by an operation of the directory. */
  readonly person?: PeopleReference
  /** A policy or a role named by its ARN. */
  readonly arn?: string
}
