/** The admin API's JSON of key material: its generations, and material that comes from outside. Bytes are base64. */

/** When a key makes its next generation by itself. */
export interface KeyRotationStateJson {
  readonly enabled: boolean
  readonly periodDays?: number
  readonly next?: string
  /** A rotation on demand that is under way. */
  readonly onDemandSince?: string
}

export interface KeyMaterialGenerationJson {
  readonly materialId: string
  readonly state: 'current' | 'non-current' | 'pending-rotation'
  readonly description?: string
  readonly imported?: 'imported' | 'pending-import'
  readonly expires?: string
  readonly rotated?: string
  readonly rotation?: 'automatic' | 'on-demand'
}

/** With what material is wrapped, and the token that goes with it. Both are good until `expires`. */
export interface ImportParametersJson {
  readonly token: string
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: string
  readonly publicKeyPem: string
  readonly expires: string
}

export interface KeyMaterialJson {
  readonly keyArn: string
  readonly materialId?: string
}

export interface ImportParametersBody {
  /** `RSAES_OAEP_SHA_256` where nothing is said; `RSAES_OAEP_SHA_1`, `RSA_AES_KEY_WRAP_SHA_1`, `RSA_AES_KEY_WRAP_SHA_256`. */
  readonly wrapping?: string
  /** `RSA_4096` where nothing is said; `RSA_2048`, `RSA_3072`. */
  readonly wrappingKey?: string
}

export interface ImportKeyBody {
  readonly token: string
  /** The material, wrapped. */
  readonly material: string
  /** When the material is forgotten; absent: never. */
  readonly expires?: string
  /** `new`: one generation more, for rotation. */
  readonly type?: 'new' | 'existing'
  readonly description?: string
}

export interface KeyMaterialAdminResults {
  'get-key-rotation': KeyRotationStateJson
  'list-key-rotations': { readonly generations: readonly KeyMaterialGenerationJson[]; readonly next?: string }
  'get-import-parameters': ImportParametersJson
  'import-key-material': KeyMaterialJson
  'delete-imported-key-material': KeyMaterialJson
}

export interface KeyMaterialAdminBodies {
  'list-key-rotations': { readonly after?: string; readonly limit?: number }
  'get-import-parameters': ImportParametersBody
  'import-key-material': ImportKeyBody
  'delete-imported-key-material': { readonly materialId?: string }
}
