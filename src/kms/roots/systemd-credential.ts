import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { RootRefused, RootUnavailable, type RootProvider } from './root-provider.ts'
import { fixedRoot } from './fixed-root.ts'
import { MAX_ROOT_KEY_TEXT_BYTES, parseRootKey } from './root-key-text.ts'

/**
 * The root in a credential that systemd hands to the service (`LoadCredentialEncrypted=`): `path` is the file of that
 * name in the credentials directory, undefined when the service has none. 32 bytes as they are, or in base64.
 * systemd made the directory for this service alone, so its rights are not judged here.
 */
export async function systemdCredentialRoot(name: string, path: string | undefined): Promise<RootProvider> {
  const place = `the systemd credential ${name}`
  if (path === undefined) throw new RootUnavailable(`${place} is not there: the service has no credentials directory`)
  const content = await readCredential(path, place)
  const key = content.length === KEY_BYTES ? new SecretBytes(Uint8Array.from(content)) : parseRootKey(content)
  content.fill(0)
  if (key === undefined) throw new RootRefused(`${place} does not hold a root key: 32 bytes, or the same in base64`)
  return fixedRoot('systemd-credential', place, key)
}

async function readCredential(path: string, place: string): Promise<Buffer> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch(() => {
    throw new RootUnavailable(`${place} cannot be read`)
  })
  try {
    const bytes = Buffer.alloc(MAX_ROOT_KEY_TEXT_BYTES + 1)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
