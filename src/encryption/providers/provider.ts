import type { KeyRequest } from '../../kms/index.ts'
import type { BucketKeys } from '../bucket-key.ts'
import type { WriteMode } from '../decide-mode.ts'
import type { SealScope, StoredEncryption } from '../object-encryption.ts'
import type { ObjectKeyService, ServiceKeys } from '../service-keys.ts'

/** What providers ask for keys. */
export interface ProviderTools {
  readonly kms: ObjectKeyService
  readonly serviceKeys: ServiceKeys
  readonly bucketKeys: BucketKeys
}

/** How a write of one mode was decided. Each file beside this one has `begin`, `open` and `shownOf`, in this order. */
export type WriteModeOf<Mode extends WriteMode['mode']> = ShapeOf<WriteMode, Mode>

/** How a stored version of one mode is kept. */
export type StoredOf<Mode extends StoredEncryption['mode']> = ShapeOf<StoredEncryption, Mode>

/** `none` and `sse-s3` share a shape, so a mode is looked for inside each shape's modes. */
type ShapeOf<Shape, Mode> = Shape extends { readonly mode: infer Modes } ? (Mode extends Modes ? Shape : never) : never

/** Uses of KMS keys go to the key service as the caller, by way of the object store. */
export function keyRequest({ caller, requestId, road }: Pick<SealScope, 'caller' | 'requestId' | 'road'>): KeyRequest {
  const request = { caller, requestId, via: 's3' } as const
  return road === undefined ? request : { ...request, road: { vendor: road.vendor, task: road.task ?? 'upload' } }
}
