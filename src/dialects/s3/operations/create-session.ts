import { type BucketName, type DirectorySessionMode } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { secretXml } from '../../secret-xml.ts'
import { element, parent } from '../../xml-writer.ts'
import { encryptionHeaders, respondXml } from '../answers.ts'
import { encryptionRequest } from '../encryption-headers.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const MODE = 'x-amz-create-session-mode'
const MODES: ReadonlyMap<string, DirectorySessionMode> = new Map([
  ['ReadOnly', 'read-only'],
  ['ReadWrite', 'read-write'],
])

/** CreateSession: credentials for the objects of one directory bucket, for five minutes. */
export function decodeCreateSession(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'create-session'
  return decoded(request, { kind, bucket }, () => {
    const text = request.view.headers.get(MODE)
    const mode =
      text === undefined ? undefined : (MODES.get(text) ?? refuseArgument(MODE, text, 'ReadOnly or ReadWrite'))
    return { kind, bucket, encryption: encryptionRequest(request), ...(mode === undefined ? {} : { mode }) }
  })
}

export const encodeCreateSession: Encoder<'create-session'> = ({ result }, context) => {
  const { accessKeyId, secret, sessionToken, expiresMs, encryption } = result
  return respondXml(
    context,
    'CreateSessionResult',
    [
      parent(
        'Credentials',
        element('SessionToken', sessionToken),
        secretXml('SecretAccessKey', secret),
        element('AccessKeyId', accessKeyId),
        element('Expiration', isoTime(expiresMs)),
      ),
    ],
    encryptionHeaders({ cipher: 'aes-256', ...encryption }, 'write'),
  )
}
