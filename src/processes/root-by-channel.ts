import { ROOT_KINDS, RootRefused, RootUnavailable, type RootProvider } from '../kms/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import type { Channel, Offers } from './channel.ts'

/** The root as the jobs see it: only the primary has it, and does for them what needs it. */
export function rootByChannel(channel: Channel, kind: string): RootProvider {
  return {
    kind: kindOf(kind),
    place: 'the primary',
    canCreate: false,
    create: () => Promise.reject(new RootRefused('a root is made by the primary only')),
    wrap: async (clusterKey, version, clusterId) => {
      const key = clusterKey.expose((bytes) => Uint8Array.from(bytes))
      return Buffer.from(bytesOf(await channel.call('root-wrap', { key, version, clusterId })))
    },
    unwrap: async (wrapped, version) => {
      const answer = await channel.call('root-unwrap', { wrapped, version })
      return answer === undefined ? undefined : new SecretBytes(bytesOf(answer))
    },
    identify: async (wrapped) => String(await channel.call('root-identify', { wrapped, version: 0 })),
  }
}

function kindOf(kind: string): RootProvider['kind'] {
  return ROOT_KINDS.find((one) => one === kind) ?? 'file'
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new RootUnavailable('the primary did not answer')
}

/** What the primary offers to its jobs process, and to no other. */
export function rootOffers(root: RootProvider): Offers {
  return {
    'root-wrap': async (argument) => {
      const { key, version, clusterId } = fieldsOf(argument)
      const secret = new SecretBytes(key ?? new Uint8Array(0))
      try {
        return await root.wrap(secret, version, clusterId ?? new Uint8Array(0))
      } finally {
        secret.wipe()
      }
    },
    'root-unwrap': async (argument) => {
      const { wrapped, version } = fieldsOf(argument)
      const secret = await root.unwrap(wrapped ?? new Uint8Array(0), version)
      const bytes = secret?.expose((exposed) => Uint8Array.from(exposed))
      secret?.wipe()
      return bytes
    },
    'root-identify': async (argument) => root.identify(fieldsOf(argument).wrapped ?? new Uint8Array(0)),
  }
}

interface RootCall {
  readonly key?: Uint8Array
  readonly wrapped?: Uint8Array
  readonly clusterId?: Uint8Array
  readonly version: number
}

function fieldsOf(argument: unknown): RootCall {
  if (typeof argument !== 'object' || argument === null || !('version' in argument)) throw new TypeError('no arguments')
  return argument as RootCall
}
