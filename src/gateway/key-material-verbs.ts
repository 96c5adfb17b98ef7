import type { KeyMaterialOperation } from '../operations/index.ts'
import { notBuiltVerb } from './not-built.ts'
import type { Verbs } from './verb.ts'

export const KEY_MATERIAL_VERBS: Verbs<KeyMaterialOperation['kind']> = {
  'get-key-rotation': notBuiltVerb('get-key-rotation'),
  'list-key-rotations': notBuiltVerb('list-key-rotations'),
  'get-import-parameters': notBuiltVerb('get-import-parameters'),
  'import-key-material': notBuiltVerb('import-key-material'),
  'delete-imported-key-material': notBuiltVerb('delete-imported-key-material'),
}
