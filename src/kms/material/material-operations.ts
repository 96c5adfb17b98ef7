import type { KeyMaterialOperation, KeyMaterialResults } from '../../operations/index.ts'
import { deleteImportedMaterial, getImportParameters, importKeyMaterial, type ImportRooms } from './import-material.ts'
import { getKeyRotation, listKeyRotations } from './key-rotations.ts'
import type { KeyRequest } from '../key-service.ts'

/** Everything that can be asked of the generations of a key's material, by its operation. */
export type KeyMaterials = {
  readonly [Kind in KeyMaterialOperation['kind']]: (
    request: KeyRequest,
    wanted: Omit<Extract<KeyMaterialOperation, { readonly kind: Kind }>, 'kind'>,
  ) => Promise<KeyMaterialResults[Kind]>
}

export function createKeyMaterials(rooms: ImportRooms): KeyMaterials {
  return {
    'get-key-rotation': (request, wanted) => getKeyRotation(rooms, request, wanted),
    'list-key-rotations': (request, wanted) => listKeyRotations(rooms, request, wanted),
    'get-import-parameters': (request, wanted) => getImportParameters(rooms, request, wanted),
    'import-key-material': (request, wanted) => importKeyMaterial(rooms, request, wanted),
    'delete-imported-key-material': (request, wanted) => deleteImportedMaterial(rooms, request, wanted),
  }
}
