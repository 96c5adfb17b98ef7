import type { SecretBytes } from '../../secrets/index.ts'
import { RootRefused, type RootProvider } from './root-provider.ts'
import { fixedRoot } from './fixed-root.ts'
import { parseRootKey } from './root-key-text.ts'

/** The root in an environment variable, which was read by the configuration. The same user can see it in `/proc`. */
export function envRoot(name: string, value: SecretBytes): RootProvider {
  const place = `the environment variable ${name}`
  const key = value.expose(parseRootKey)
  if (key === undefined) throw new RootRefused(`${place} does not hold a root key: 32 bytes in base64`)
  return fixedRoot('env', place, key)
}
