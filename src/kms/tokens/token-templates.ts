import { CKA, CKK_AES, CKK_GENERIC_SECRET, CKO_SECRET_KEY, type Attribute } from './cryptoki.ts'
import type { TokenKey } from './token.ts'

const AES_256_BYTES = 32

/** By what the AES keys with a label are found; with an id, the one of them. */
export function keyTemplate(key: Pick<TokenKey, 'label'> & Partial<TokenKey>): readonly Attribute[] {
  return [
    { type: CKA.CLASS, value: CKO_SECRET_KEY },
    { type: CKA.KEY_TYPE, value: CKK_AES },
    { type: CKA.LABEL, value: key.label },
    ...(key.id === undefined ? [] : [{ type: CKA.ID, value: Buffer.from(key.id, 'hex') }]),
  ]
}

/** A key that is made in the token, stays there, and protects. */
export function newKeyTemplate(key: TokenKey): readonly Attribute[] {
  return [
    ...keyTemplate(key),
    { type: CKA.VALUE_LEN, value: AES_256_BYTES },
    { type: CKA.TOKEN, value: true },
    { type: CKA.PRIVATE, value: true },
    { type: CKA.SENSITIVE, value: true },
    { type: CKA.EXTRACTABLE, value: false },
    { type: CKA.ENCRYPT, value: true },
    { type: CKA.DECRYPT, value: true },
    { type: CKA.WRAP, value: true },
    { type: CKA.UNWRAP, value: true },
  ]
}

/** A secret on its way through a token that wraps keys but does not encrypt data: it lives for one call. */
export function passingTemplate(value?: Buffer): readonly Attribute[] {
  return [
    { type: CKA.CLASS, value: CKO_SECRET_KEY },
    { type: CKA.KEY_TYPE, value: CKK_GENERIC_SECRET },
    { type: CKA.TOKEN, value: false },
    { type: CKA.SENSITIVE, value: false },
    { type: CKA.EXTRACTABLE, value: true },
    ...(value === undefined ? [] : [{ type: CKA.VALUE, value }]),
  ]
}
