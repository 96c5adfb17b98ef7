import { SecretBytes } from '../../secrets/index.ts'
import { RootRefused, type RootProvider } from './root-provider.ts'
import { rootKeyFrom, unwrapUnderRoot, wrapUnderRoot } from './root-wrap.ts'

/** A provider over 32 bytes that are there already: what `env`, `systemd-credential` and a read file have in common. */
export function fixedRoot(kind: RootProvider['kind'], place: string, bytes: SecretBytes): RootProvider {
  const root = rootKeyFrom(bytes)
  bytes.wipe()
  return {
    kind,
    place,
    canCreate: false,
    create: async () => {
      throw new RootRefused(`there is a root key already: ${place}`)
    },
    wrap: async (clusterKey, clusterVersion) => wrapUnderRoot(root, { kind: 'none' }, clusterKey, clusterVersion),
    unwrap: async (wrapped, clusterVersion) => unwrapUnderRoot(root, wrapped, clusterVersion),
    identify: async () => root.id,
    ...(kind === 'ephemeral' ? {} : { extract: async () => new SecretBytes(root.key.export()) }),
  }
}
