import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import type { RootProvider } from './root-provider.ts'
import type { Token } from '../tokens/token.ts'
import { awsKmsRoot, type AwsKmsRoot } from './aws-kms.ts'
import { envRoot } from './env.ts'
import { fileRoot } from './file.ts'
import { fixedRoot } from './fixed-root.ts'
import { passphraseRoot } from './passphrase.ts'
import { pkcs11Root } from './pkcs11.ts'
import { systemdCredentialRoot } from './systemd-credential.ts'
import { vaultRoot, type VaultRoot } from './vault.ts'

/** The label of the root key in a token, where none is named. */
const DEFAULT_ROOT_LABEL = 'coffer-root'

/** Which root, as the configuration read it. Nothing here reads the environment. */
export type RootSetting =
  | { readonly provider: 'file'; readonly path: string }
  | { readonly provider: 'env'; readonly variable: string; readonly value: SecretBytes }
  /** `place`: where it was read, in words. */
  | { readonly provider: 'passphrase'; readonly place: string; readonly passphrase: SecretBytes }
  /** `path`: the credential's file; undefined when systemd gave the service no credentials directory. */
  | { readonly provider: 'systemd-credential'; readonly credential: string; readonly path: string | undefined }
  | { readonly provider: 'pkcs11'; readonly token: Token; readonly label: string | undefined }
  | { readonly provider: 'vault'; readonly vault: VaultRoot }
  | { readonly provider: 'aws-kms'; readonly kms: AwsKmsRoot }
  /** Made now, kept in memory, gone with the process: for a server that keeps nothing. */
  | { readonly provider: 'ephemeral' }

/** Throws `RootRefused` (the start is refused, with a sentence) or `RootUnavailable` (the server starts sealed). */
export async function openRootProvider(setting: RootSetting): Promise<RootProvider> {
  switch (setting.provider) {
    case 'file':
      return fileRoot(setting.path)
    case 'env':
      return envRoot(setting.variable, setting.value)
    case 'passphrase':
      return passphraseRoot(setting.place, setting.passphrase)
    case 'systemd-credential':
      return systemdCredentialRoot(setting.credential, setting.path)
    case 'pkcs11':
      return pkcs11Root(setting.token, setting.label ?? DEFAULT_ROOT_LABEL, Date.now)
    case 'vault':
      return vaultRoot(setting.vault, { now: () => performance.now(), later: runLater })
    case 'aws-kms':
      return awsKmsRoot(setting.kms, () => performance.now())
    case 'ephemeral':
      return fixedRoot('ephemeral', 'the memory of this process', new SecretBytes(randomBytes(KEY_BYTES)))
  }
}

function runLater(work: () => void, afterMs: number): { cancel(): void } {
  const timer = setTimeout(work, afterMs).unref()
  return { cancel: () => clearTimeout(timer) }
}
