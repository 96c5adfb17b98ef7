import type { Environment } from './env.ts'
import { parsePkcs11, resolvePkcs11, type Pkcs11Setting, type Pkcs11Text } from './pkcs11-uri.ts'
import { variablesOf } from './remote-root.ts'
import { ValueProblem } from './value-parsers.ts'

/** Where the material of KMS keys is made and used, as it is written in the configuration. */
export type KeyStoreText = { readonly kind: 'local' } | { readonly kind: 'pkcs11'; readonly uri: Pkcs11Text }

export type KeyStoreSetting = { readonly kind: 'local' } | { readonly kind: 'pkcs11'; readonly uri: Pkcs11Setting }

export function parseKeyStore(text: string): KeyStoreText {
  if (text === 'local') return { kind: 'local' }
  if (!text.startsWith('pkcs11:'))
    throw new ValueProblem('local or pkcs11:token=<label>?module-path=...&pin-source=...')
  const uri = parsePkcs11(text)
  if (uri.object === undefined) return { kind: 'pkcs11', uri }
  throw new ValueProblem('a PKCS#11 URI without object: each version of a key is an object of its own')
}

/** Fetches the PIN that the text only names. */
export function resolveKeyStore(text: KeyStoreText, env: Environment): KeyStoreSetting {
  return text.kind === 'local' ? text : { kind: 'pkcs11', uri: resolvePkcs11(text.uri, env) }
}

/** The variables that the setting names: they are not unknown settings then. */
export function variablesOfKeyStore(text: KeyStoreText): readonly string[] {
  return text.kind === 'local' ? [] : variablesOf(text.uri.pin)
}
