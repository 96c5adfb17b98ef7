import { RSA_SPECS, WRAPPING_ALGORITHMS } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { blob, moment, text, whole, word } from '../scalars.ts'
import { optional, required } from '../shape.ts'
import { invalid, OWN_KEY_ID, MATERIAL_ID, PAGE, pageOf, request } from './request.ts'

const NAMED = { KeyId: required(OWN_KEY_ID) } as const
const DEFAULT_PERIOD_DAYS = 365
const DEFAULT_LISTED = 100

const IMPORT = {
  ...NAMED,
  ImportToken: required(blob(1, 6144)),
  EncryptedKeyMaterial: required(blob(1, 6144)),
  ValidTo: optional(moment),
  ExpirationModel: optional(word(['KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE'])),
  ImportType: optional(word(['NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL'])),
  KeyMaterialDescription: optional(text({ min: 0, max: 256, pattern: /^[a-zA-Z0-9:/_\s.-]*$/ })),
  KeyMaterialId: optional(MATERIAL_ID),
} as const

/** Rotation, generations, and material from outside. */
export const MATERIAL_REQUESTS = {
  EnableKeyRotation: request({ ...NAMED, RotationPeriodInDays: optional(whole(90, 2560)) }, (input) => ({
    kind: 'set-key-rotation',
    key: input.KeyId,
    periodDays: input.RotationPeriodInDays ?? DEFAULT_PERIOD_DAYS,
  })),
  DisableKeyRotation: request(NAMED, ({ KeyId }) => ({ kind: 'set-key-rotation', key: KeyId })),
  GetKeyRotationStatus: request(NAMED, ({ KeyId }) => ({ kind: 'get-key-rotation', key: KeyId })),
  RotateKeyOnDemand: request(NAMED, ({ KeyId }) => ({ kind: 'rotate-key', key: KeyId })),
  ListKeyRotations: request(
    { ...NAMED, IncludeKeyMaterial: optional(word(['ROTATIONS_ONLY', 'ALL_KEY_MATERIAL'])), ...PAGE },
    (input) => ({
      kind: 'list-key-rotations',
      key: input.KeyId,
      everything: input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL',
      ...pageOf(input, DEFAULT_LISTED),
    }),
  ),
  GetParametersForImport: request(
    {
      ...NAMED,
      WrappingAlgorithm: required(word(WRAPPING_ALGORITHMS, ['RSAES_PKCS1_V1_5', 'SM2PKE'])),
      WrappingKeySpec: required(word(RSA_SPECS, ['SM2'])),
    },
    (input) => ({
      kind: 'get-import-parameters',
      key: input.KeyId,
      wrapping: input.WrappingAlgorithm,
      wrappingKey: input.WrappingKeySpec,
    }),
  ),
  ImportKeyMaterial: request(IMPORT, (input) => {
    const expires = (input.ExpirationModel ?? 'KEY_MATERIAL_EXPIRES') === 'KEY_MATERIAL_EXPIRES'
    if (expires && input.ValidTo === undefined) {
      invalid('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES')
    }
    if (!expires && input.ValidTo !== undefined) {
      invalid('A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE')
    }
    const { ImportType } = input
    return {
      kind: 'import-key-material',
      ...{ key: input.KeyId, importToken: input.ImportToken, wrappedMaterial: input.EncryptedKeyMaterial, expires },
      ...present({
        validToMs: input.ValidTo,
        importType:
          ImportType === undefined
            ? undefined
            : ImportType === 'NEW_KEY_MATERIAL'
              ? ('new' as const)
              : ('existing' as const),
        materialDescription: input.KeyMaterialDescription,
        materialId: input.KeyMaterialId,
      }),
    }
  }),
  DeleteImportedKeyMaterial: request({ ...NAMED, KeyMaterialId: optional(MATERIAL_ID) }, (input) => ({
    kind: 'delete-imported-key-material',
    key: input.KeyId,
    ...present({ materialId: input.KeyMaterialId }),
  })),
} as const
