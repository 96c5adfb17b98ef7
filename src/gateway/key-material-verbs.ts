import type { KeyMaterialOperation } from '../operations/index.ts'
import { keyRequest } from './key-request.ts'
import type { Verbs } from './verb.ts'

/** Generations of keys' material, and material that comes from outside. */
export const KEY_MATERIAL_VERBS: Verbs<KeyMaterialOperation['kind']> = {
  'get-key-rotation': (rooms, permit, wanted) => rooms.keys.materials['get-key-rotation'](keyRequest(permit), wanted),
  'list-key-rotations': (rooms, permit, wanted) =>
    rooms.keys.materials['list-key-rotations'](keyRequest(permit), wanted),
  'get-import-parameters': (rooms, permit, wanted) =>
    rooms.keys.materials['get-import-parameters'](keyRequest(permit), wanted),
  'import-key-material': (rooms, permit, wanted) =>
    rooms.keys.materials['import-key-material'](keyRequest(permit), wanted),
  'delete-imported-key-material': (rooms, permit, wanted) =>
    rooms.keys.materials['delete-imported-key-material'](keyRequest(permit), wanted),
}
