/**
 * The part of PKCS#11 (OASIS, version 2.40 and 3.0) that is used here, as the npm package `pkcs11js` offers it. The
 * package is optional and has to be compiled: it is loaded by name, and only where a token is configured.
 */

/** A handle of a session or an object, or the id of a slot. */
export type Handle = Buffer

export interface Attribute {
  readonly type: number
  readonly value?: number | boolean | string | Buffer
}

export interface Mechanism {
  readonly mechanism: number
  readonly parameter?: {
    readonly type: number
    readonly iv: Buffer
    readonly aad: Buffer
    readonly ivBits: number
    readonly tagBits: number
  }
}

/** The functions of a module. All of them block, and throw an error with the number of the result in `code`. */
export interface Cryptoki {
  load(path: string): void
  C_Initialize(): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): readonly Handle[]
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly serialNumber: string }
  C_GetMechanismList(slot: Handle): readonly number[]
  C_OpenSession(slot: Handle, flags: number): Handle
  C_Login(session: Handle, user: number, pin: string): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, most: number): readonly Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): readonly Attribute[]
  C_GenerateKey(session: Handle, mechanism: Mechanism, template: readonly Attribute[]): Handle
  C_CreateObject(session: Handle, template: readonly Attribute[]): Handle
  C_DestroyObject(session: Handle, object: Handle): void
  C_GenerateRandom(session: Handle, bytes: Buffer): Buffer
  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_Encrypt(session: Handle, input: Buffer, output: Buffer): Buffer
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_Decrypt(session: Handle, input: Buffer, output: Buffer): Buffer
  C_WrapKey(session: Handle, mechanism: Mechanism, wrapping: Handle, key: Handle, output: Buffer): Buffer
  C_UnwrapKey(
    session: Handle,
    mechanism: Mechanism,
    unwrapping: Handle,
    wrapped: Buffer,
    template: readonly Attribute[],
  ): Handle
}

export const CKO_SECRET_KEY = 0x04
export const CKK_GENERIC_SECRET = 0x10
export const CKK_AES = 0x1f
export const CKU_USER = 1
export const CKF_RW_SESSION = 0x02
export const CKF_SERIAL_SESSION = 0x04

export const CKA = {
  CLASS: 0x00,
  TOKEN: 0x01,
  PRIVATE: 0x02,
  LABEL: 0x03,
  VALUE: 0x11,
  KEY_TYPE: 0x100,
  ID: 0x102,
  SENSITIVE: 0x103,
  ENCRYPT: 0x104,
  DECRYPT: 0x105,
  WRAP: 0x106,
  UNWRAP: 0x107,
  VALUE_LEN: 0x161,
  EXTRACTABLE: 0x162,
  LOCAL: 0x163,
  NEVER_EXTRACTABLE: 0x164,
  ALWAYS_SENSITIVE: 0x165,
} as const

export const CKM = {
  AES_KEY_GEN: 0x1080,
  AES_GCM: 0x1087,
  /** RFC 5649, in the numbering of PKCS#11 3.0. */
  AES_KEY_WRAP_KWP: 0x210b,
  /** What tokens of PKCS#11 2.40 have in its place. */
  AES_KEY_WRAP_PAD: 0x210a,
} as const

/** The package's name for the parameter of AES-GCM as PKCS#11 2.40 lays it out, with the length of the IV in bits. */
export interface CryptokiBinding {
  readonly gcmParameter: number
  readonly module: Cryptoki
}

/** The package is not there, or was never compiled. */
export class CryptokiMissing extends Error {
  override readonly name = 'CryptokiMissing'
}

const PACKAGE = 'pkcs11js'

/** Loads the binding and the vendor's module. Throws `CryptokiMissing`, or what the module throws. */
export async function loadCryptoki(modulePath: string): Promise<CryptokiBinding> {
  const loaded: unknown = await import(PACKAGE).catch(() => {
    throw new CryptokiMissing(`the npm package ${PACKAGE} is not installed, or not compiled`)
  })
  const offered = isFields(loaded) && isFields(loaded['default']) ? loaded['default'] : loaded
  if (!isBinding(offered)) throw new CryptokiMissing(`the npm package ${PACKAGE} is of another kind`)
  const module = new offered.PKCS11()
  module.load(modulePath)
  return { gcmParameter: offered.CK_PARAMS_AES_GCM_v240, module }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
}

/** The classes of a package are as its version says; the version is pinned. */
function isBinding(value: unknown): value is { PKCS11: new () => Cryptoki; CK_PARAMS_AES_GCM_v240: number } {
  return isFields(value) && typeof value['PKCS11'] === 'function' && typeof value['CK_PARAMS_AES_GCM_v240'] === 'number'
}
