import { resolve } from 'node:path'
import type { SecretBytes } from '../secrets/index.ts'
import { ConfigProblem } from './config-problem.ts'
import type { Environment } from './env.ts'
import { readSecretFile, takeSecret } from './secrets.ts'
import { ValueProblem } from './value-parsers.ts'

/** Where the root key is, as it is written in the configuration. */
export type RootKeyText =
  | { readonly provider: 'file'; readonly path: string }
  | { readonly provider: 'env'; readonly name: string }
  | { readonly provider: 'passphrase'; readonly from: 'env' | 'file'; readonly name: string }
  | { readonly provider: 'systemd-credential'; readonly name: string }

/** Where the root key is, with what was secret in the environment already taken out of it. */
export type RootKeySetting =
  | { readonly provider: 'file'; readonly path: string }
  /** `value`: the text of the variable as bytes. */
  | { readonly provider: 'env'; readonly name: string; readonly value: SecretBytes }
  /** `source`: where the passphrase came from, for people. */
  | { readonly provider: 'passphrase'; readonly source: string; readonly passphrase: SecretBytes }
  /** `path`: in the directory that systemd made for this service; undefined when it made none. */
  | { readonly provider: 'systemd-credential'; readonly name: string; readonly path: string | undefined }
  /** With `--memory` only: made at start, kept in memory, gone with the process. */
  | { readonly provider: 'ephemeral' }

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/
const CREDENTIAL_NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$/
const LATER = ['pkcs11', 'vault', 'aws-kms']

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
  if (LATER.includes(provider)) {
    throw new ValueProblem(`file, env, passphrase or systemd-credential; ${provider} is not part of this version`)
  }
  throw new ValueProblem(
    'file:<path>, env:<NAME>, passphrase:env:<NAME>, passphrase:file:<path> or systemd-credential:<name>',
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
  }
}

function requireSecret(env: Environment, name: string): SecretBytes {
  const secret = takeSecret(env, name)
  if (secret === undefined) throw new ConfigProblem(`the root key is to come from ${name}, which is not set`)
  return secret
}
