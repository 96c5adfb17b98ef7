/** Generations of a key's material, and material that comes from outside. */
import type { WrappingAlgorithm, WrappingSpec } from './key-kinds.ts'
import type { KeyListPage, KeyNamed } from './key-operations.ts'

export interface ImportKeyMaterial extends KeyNamed {
  readonly kind: 'import-key-material'
  readonly importToken: Uint8Array
  readonly wrappedMaterial: Uint8Array
  /** Whether the material goes at a time: `validToMs` is that time. */
  readonly expires: boolean
  readonly validToMs?: number
  /** `new`: a generation more, for rotation. Absent: the first generation, or the one that was there before. */
  readonly importType?: 'new' | 'existing'
  readonly materialDescription?: string
  readonly materialId?: string
}

export type KeyMaterialOperation =
  | ({ readonly kind: 'get-key-rotation' } & KeyNamed)
  /** `everything`: the current generation and those that wait too; else past rotations. */
  | ({ readonly kind: 'list-key-rotations'; readonly everything: boolean; readonly page?: KeyListPage } & KeyNamed)
  | ({
      readonly kind: 'get-import-parameters'
      readonly wrapping: WrappingAlgorithm
      readonly wrappingKey: WrappingSpec
    } & KeyNamed)
  | ImportKeyMaterial
  | ({ readonly kind: 'delete-imported-key-material'; readonly materialId?: string } & KeyNamed)

/** One generation of a key's material. */
export interface ShownMaterial {
  readonly materialId: string
  readonly description?: string
  readonly state: 'current' | 'non-current' | 'pending-rotation'
  /** Imported material: whether it is here, or was forgotten. */
  readonly imported?: 'imported' | 'pending-import'
  readonly expires?: boolean
  readonly validToMs?: number
  /** Absent: the first generation, which no rotation brought. */
  readonly rotation?: { readonly atMs: number; readonly type: 'automatic' | 'on-demand' }
}

export interface KeyMaterialResults {
  'get-key-rotation': {
    readonly keyArn: string
    readonly enabled: boolean
    readonly periodDays?: number
    readonly nextMs?: number
    /** A rotation on demand that is under way. */
    readonly onDemandStartMs?: number
    /** Rotations that there were, of either kind, and the last of them. */
    readonly rotations: number
    readonly lastMs?: number
  }
  'list-key-rotations': {
    readonly keyArn: string
    readonly materials: readonly ShownMaterial[]
    readonly next?: string
  }
  'get-import-parameters': {
    readonly keyArn: string
    readonly importToken: Uint8Array
    /** SubjectPublicKeyInfo, DER. */
    readonly publicKey: Uint8Array
    readonly validToMs: number
  }
  'import-key-material': { readonly keyArn: string; readonly materialId: string }
  'delete-imported-key-material': { readonly keyArn: string; readonly materialId?: string }
}
