import { BLOB_KINDS } from './blob-kinds.ts'
import { INSIDER_KINDS } from './insider-kinds.ts'
import { PARTS_KINDS } from './parts-kinds.ts'
import { RECORD_KINDS } from './record-kinds.ts'
import type { TamperKind } from './tamper-kind.ts'

export const TAMPER_KINDS: readonly TamperKind[] = [...BLOB_KINDS, ...RECORD_KINDS, ...PARTS_KINDS, ...INSIDER_KINDS]
