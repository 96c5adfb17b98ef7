import type { SecretBytes } from '../secrets/index.ts'
import { ConfigProblem } from './config-problem.ts'
import type { Environment } from './env.ts'
import { readSecretFile, takeSecret } from './secrets.ts'
import { ValueProblem } from './value-parsers.ts'

/** Where a secret lies that another setting needs: never the secret itself, which would stand on a command line. */
export type SecretPlace =
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'systemd-credential' | 'env'; readonly name: string }

export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/
export const CREDENTIAL_NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$/

/** `file:<path>`, `systemd-credential:<name>` or `env:<NAME>`; anything else may be the secret and is not repeated. */
export function parseSecretPlace(text: string, what: string): SecretPlace {
  const [from = '', ...others] = text.split(':')
  const rest = others.join(':')
  if (from === 'file' && rest !== '' && !rest.includes('\0')) return { from, path: rest }
  if (from === 'systemd-credential' && CREDENTIAL_NAME.test(rest)) return { from, name: rest }
  if (from === 'env' && VARIABLE_NAME.test(rest)) return { from, name: rest }
  throw new ValueProblem(`written with ${what}=file:<path>, systemd-credential:<name> or env:<NAME>, never the secret`)
}

/** Fetches the secret. One in the environment leaves it here. */
export function readSecretPlace(place: SecretPlace, what: string, env: Environment): SecretBytes {
  switch (place.from) {
    case 'file':
      return readSecretFile(place.path, what)
    case 'env': {
      const secret = takeSecret(env, place.name)
      if (secret === undefined) throw new ConfigProblem(`${what} is to come from ${place.name}, which is not set`)
      return secret
    }
    case 'systemd-credential': {
      const directory = env.get('CREDENTIALS_DIRECTORY')
      if (directory?.startsWith('/') !== true) {
        throw new ConfigProblem(`${what} is a credential of systemd, and the service has no credentials directory`)
      }
      return readSecretFile(`${directory}/${place.name}`, what)
    }
  }
}
