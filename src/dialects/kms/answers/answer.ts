import type { KeyOperation, OperationOf, Results, SecretLike } from '../../../operations/index.ts'

/** Operations of keys that KMS's wire has; what depends on a key is asked for elsewhere. */
export type KmsKind = Exclude<KeyOperation['kind'], 'key-dependents'>

/** The members of an answer; undefined: KMS answers with an empty body. */
export type Answered<Kind extends KmsKind> = (result: Results[Kind], operation: OperationOf<Kind>) => object | undefined

export type Answers<Kinds extends KmsKind> = { readonly [Kind in Kinds]: Answered<Kind> }

export function nothing(): undefined {
  return undefined
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

/** The one place where a plaintext becomes text: the answer to who may have it. The bytes are wiped. */
export function secretBase64(secret: SecretLike): string {
  const text = secret.expose(base64)
  secret.wipe()
  return text
}

/** `NextMarker` and `Truncated` of a list. */
export function pageMembers(next: string | undefined): object {
  return next === undefined ? { Truncated: false } : { NextMarker: next, Truncated: true }
}
