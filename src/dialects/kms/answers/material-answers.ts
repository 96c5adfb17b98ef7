import type { KeyMaterialOperation, ShownMaterial } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { base64 } from '../../secret-text.ts'
import { pageMembers, type Answers } from './answer.ts'
import { epochSeconds, expirationOf } from './key-metadata.ts'

const MATERIAL_STATES: Readonly<Record<ShownMaterial['state'], string>> = {
  current: 'CURRENT',
  'non-current': 'NON_CURRENT',
  'pending-rotation': 'PENDING_ROTATION',
}
const IMPORT_STATES: Readonly<Record<NonNullable<ShownMaterial['imported']>, string>> = {
  imported: 'IMPORTED',
  'pending-import': 'PENDING_IMPORT',
}

/** One entry of ListKeyRotations. The state of a material is told only when everything was asked for. */
function rotationEntry(keyArn: string, material: ShownMaterial, everything: boolean): object {
  const { rotation, imported } = material
  return {
    KeyId: keyArn,
    KeyMaterialId: material.materialId,
    ...present({ KeyMaterialDescription: material.description }),
    ...(imported === undefined ? {} : { ImportState: IMPORT_STATES[imported] }),
    ...(everything ? { KeyMaterialState: MATERIAL_STATES[material.state] } : {}),
    ...(imported === 'imported' ? expirationOf(material.validToMs) : {}),
    ...(rotation === undefined
      ? {}
      : {
          RotationDate: epochSeconds(rotation.atMs),
          RotationType: rotation.type === 'automatic' ? 'AUTOMATIC' : 'ON_DEMAND',
        }),
  }
}

export const MATERIAL_ANSWERS: Answers<KeyMaterialOperation['kind']> = {
  'get-key-rotation': ({ keyArn, enabled, periodDays, nextMs, onDemandStartMs }) => ({
    KeyRotationEnabled: enabled,
    KeyId: keyArn,
    ...present({
      RotationPeriodInDays: periodDays,
      NextRotationDate: nextMs === undefined ? undefined : epochSeconds(nextMs),
      OnDemandRotationStartDate: onDemandStartMs === undefined ? undefined : epochSeconds(onDemandStartMs),
    }),
  }),
  'list-key-rotations': ({ keyArn, materials, next }, { everything }) => ({
    Rotations: materials.map((material) => rotationEntry(keyArn, material, everything)),
    ...pageMembers(next),
  }),
  'get-import-parameters': ({ keyArn, importToken, publicKey, validToMs }) => ({
    KeyId: keyArn,
    ImportToken: base64(importToken),
    PublicKey: base64(publicKey),
    ParametersValidTo: epochSeconds(validToMs),
  }),
  'import-key-material': ({ keyArn, materialId }) => ({ KeyId: keyArn, KeyMaterialId: materialId }),
  'delete-imported-key-material': ({ keyArn, materialId }) => ({
    KeyId: keyArn,
    ...present({ KeyMaterialId: materialId }),
  }),
}
