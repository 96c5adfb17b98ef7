import { parseStrictJson } from '../../../operations/index.ts'
import { SecretBytes } from '../../../secrets/index.ts'
import { passwordOf } from '../../password-text.ts'
import { fieldsOf, type Fields } from '../fields.ts'
import { badArgument } from '../target.ts'

/** What is typed into the sign-in page is short; more is nobody's secret. */
export const MAX_SIGN_IN_BYTES = 4 * 1024
const MAX_NAME_CHARS = 128
const MAX_SECRET_CHARS = 512

/** What somebody typed to sign in. */
export type TypedProof =
  | { readonly kind: 'access-key'; readonly accessKeyId: string; readonly secret: SecretBytes }
  | {
      readonly kind: 'password'
      readonly account: string
      readonly user: string
      readonly password: SecretBytes
      readonly newPassword?: SecretBytes
    }

/** The body of `POST session`. */
export function decodeSignIn(document: Uint8Array): TypedProof {
  const body = fieldsOf(parseStrictJson(document))
  const user = body.optionalText('user', MAX_NAME_CHARS)
  const proof = user === undefined ? byKey(body) : byPassword(body, user)
  body.end()
  return proof
}

function byKey(body: Fields): TypedProof {
  const accessKeyId = needed(body, 'accessKeyId', MAX_NAME_CHARS)
  const secret = needed(body, 'secretAccessKey', MAX_SECRET_CHARS)
  return { kind: 'access-key', accessKeyId, secret: new SecretBytes(Buffer.from(secret, 'utf8')) }
}

function byPassword(body: Fields, user: string): TypedProof {
  const account = needed(body, 'account', MAX_NAME_CHARS)
  const password = passwordOf(needed(body, 'password', MAX_SECRET_CHARS))
  const wanted = body.optionalText('newPassword', MAX_SECRET_CHARS)
  const proof = { kind: 'password', account, user, password } as const
  return wanted === undefined ? proof : { ...proof, newPassword: passwordOf(wanted) }
}

function needed(body: Fields, name: string, maxChars: number): string {
  return body.optionalText(name, maxChars) ?? badArgument(name, 'is missing')
}
