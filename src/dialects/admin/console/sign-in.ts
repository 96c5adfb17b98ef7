import { parseStrictJson } from '../../../operations/index.ts'
import { SecretBytes } from '../../../secrets/index.ts'
import { fieldsOf } from '../fields.ts'

/** What is typed into the sign-in page is short; more is nobody's secret. */
export const MAX_SIGN_IN_BYTES = 4 * 1024
const MAX_NAME_CHARS = 128
const MAX_SECRET_CHARS = 512

/** What somebody typed to sign in. */
export interface TypedProof {
  readonly kind: 'access-key'
  readonly accessKeyId: string
  readonly secret: SecretBytes
}

/** The body of `POST session`. */
export function decodeSignIn(document: Uint8Array): TypedProof {
  const body = fieldsOf(parseStrictJson(document))
  const accessKeyId = body.optionalText('accessKeyId', MAX_NAME_CHARS) ?? body.text('accessKeyId')
  const secret = body.optionalText('secretAccessKey', MAX_SECRET_CHARS) ?? body.text('secretAccessKey')
  body.end()
  return { kind: 'access-key', accessKeyId, secret: new SecretBytes(Buffer.from(secret, 'utf8')) }
}
