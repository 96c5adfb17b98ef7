import { resolve } from 'node:path'
import type { SecretBytes } from '../secrets/index.ts'
import { ConfigProblem } from './config-problem.ts'
import type { Environment } from './env.ts'
import { parsePkcs11, resolvePkcs11, type Pkcs11Setting, type Pkcs11Text } from './pkcs11-uri.ts'
import {
  parseAwsKms,
  parseVault,
  resolveAwsKms,
  resolveVault,
  variablesOf,
  type AwsKmsSetting,
  type AwsKmsText,
  type VaultSetting,
  type VaultText,
} from './remote-root.ts'
import { CREDENTIAL_NAME, VARIABLE_NAME } from './secret-place.ts'
import { readSecretFile, takeSecret } from './secrets.ts'
import { ValueProblem } from './value-parsers.ts'

/** Where the root key is, as it is written in the configuration. */
export type RootKeyText =
  | { readonly provider: 'file'; readonly path: string }
  | { readonly provider: 'env'; readonly name: string }
  | { readonly provider: 'passphrase'; readonly from: 'env' | 'file'; readonly name: string }
  | { readonly provider: 'systemd-credential'; readonly name: string }
  | { readonly provider: 'pkcs11'; readonly uri: Pkcs11Text }
  | { readonly provider: 'vault'; readonly vault: VaultText }
  | { readonly provider: 'aws-kms'; readonly kms: AwsKmsText }

/** Where the root key is, with what was secret in the environment already taken out of it. */
export type RootKeySetting =
  | { readonly provider: 'file'; readonly path: string }
  /** `value`: the text of the variable as bytes. */
  | { readonly provider: 'env'; readonly name: string; readonly value: SecretBytes }
  /** `source`: where the passphrase came from, for people. */
  | { readonly provider: 'passphrase'; readonly source: string; readonly passphrase: SecretBytes }
  /** `path`: in the directory that systemd made for this service; undefined when it made none. */
  | { readonly provider: 'systemd-credential'; readonly name: string; readonly path: string | undefined }
  | { readonly provider: 'pkcs11'; readonly uri: Pkcs11Setting }
  | { readonly provider: 'vault'; readonly vault: VaultSetting }
  | { readonly provider: 'aws-kms'; readonly kms: AwsKmsSetting }
  /** With `--memory` only: made at start, kept in memory, gone with the process. */
  | { readonly provider: 'ephemeral' }

export function parseRootKey(text: string): RootKeyText {
  const [provider = '', ...others] = text.split(':')
  const rest = others.join(':')
  if (provider === 'file' && rest !== '' && !rest.includes('\0')) return { provider, path: rest }
  if (provider === 'env' && VARIABLE_NAME.test(rest)) return { provider, name: rest }
  if (provider === 'systemd-credential' && CREDENTIAL_NAME.test(rest)) return { provider, name: rest }
  if (provider === 'passphrase') {
    const [from, ...names] = others
    const name = names.join(':')
    if (from === 'env' && VARIABLE_NAME.test(name)) return { provider, from, name }
    if (from === 'file' && name !== '' && !name.includes('\0')) return { provider, from, name }
  }
  if (provider === 'pkcs11') return { provider, uri: parsePkcs11(text) }
  if (provider === 'vault') return { provider, vault: parseVault(text) }
  if (provider === 'aws-kms') return { provider, kms: parseAwsKms(text) }
  throw new ValueProblem(
    'file:<path>, env:<NAME>, passphrase:env:<NAME>, passphrase:file:<path>, systemd-credential:<name>, pkcs11:..., vault:... or aws-kms:...',
  )
}

/** Fetches what the text only names. Secrets leave the environment here. */
export function resolveRootKey(text: RootKeyText, env: Environment): RootKeySetting {
  switch (text.provider) {
    case 'file':
      return { ...text, path: resolve(text.path) }
    case 'env':
      return { ...text, value: requireSecret(env, text.name) }
    case 'passphrase':
      return {
        provider: 'passphrase',
        source: `${text.from}:${text.name}`,
        passphrase:
          text.from === 'env' ? requireSecret(env, text.name) : readSecretFile(text.name, 'the root passphrase'),
      }
    case 'systemd-credential': {
      const directory = env.get('CREDENTIALS_DIRECTORY')
      return { ...text, path: directory?.startsWith('/') === true ? `${directory}/${text.name}` : undefined }
    }
    case 'pkcs11':
      return { provider: 'pkcs11', uri: resolvePkcs11(text.uri, env) }
    case 'vault':
      return { provider: 'vault', vault: resolveVault(text.vault, env) }
    case 'aws-kms':
      return { provider: 'aws-kms', kms: resolveAwsKms(text.kms, env) }
  }
}

/** The variables that a root key names: they are not unknown settings then. */
export function namedVariables(text: RootKeyText): readonly string[] {
  switch (text.provider) {
    case 'env':
      return [text.name]
    case 'passphrase':
      return text.from === 'env' ? [text.name] : []
    case 'pkcs11':
      return variablesOf(text.uri.pin)
    case 'vault':
      return variablesOf(text.vault.login.kind === 'token' ? text.vault.login.token : text.vault.login.secretId)
    case 'aws-kms':
      return variablesOf(text.kms.secretKey)
    case 'file':
    case 'systemd-credential':
      return []
  }
}

function requireSecret(env: Environment, name: string): SecretBytes {
  const secret = takeSecret(env, name)
  if (secret === undefined) throw new ConfigProblem(`the root key is to come from ${name}, which is not set`)
  return secret
}
