import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { RootRefused, RootUnavailable, type RootProvider } from './root-provider.ts'
import { wayOfCode } from '../tokens/token-agent.ts'
import { TOKEN_WAYS, TokenAway, TokenKeyMissing, TokenRefused, type Token, type TokenKey } from '../tokens/token.ts'
import { keptRoot, type RootKeeper } from './kept-root.ts'

/** Ids that Coffer gives its root keys: the time, in 8 bytes, and 8 random ones, so that the newest is the greatest. */
const TIME_BYTES = 8
const RANDOM_BYTES = 8

/**
 * The root in a PKCS#11 token: an AES key by its label, made there at the first start, which never leaves it. Wraps name
 * the key by its id; new wraps are made under the greatest id of the label.
 */
export function pkcs11Root(token: Token, label: string, now: () => number): RootProvider {
  return keptRoot(tokenKeeper(token, label, now))
}

function tokenKeeper(token: Token, label: string, now: () => number): RootKeeper {
  const keyOf = (reference: Buffer): TokenKey => ({ label, id: reference.toString('hex') })
  let newest: string | undefined

  const renew = async (): Promise<string> => {
    const greatest = (await token.keyIds(label)).at(-1)
    const id = nextId(greatest, now())
    await token.makeKey({ label, id })
    newest = id
    return id
  }
  return {
    kind: 'pkcs11',
    place: token.place,
    given: `the key ${label} of ${token.place}`,
    protect: ({ bound }) =>
      asRoot(async () => {
        const id = newest ?? (await token.keyIds(label)).at(-1) ?? (await renew())
        const rootKey = new SecretBytes(randomBytes(KEY_BYTES))
        const { way, bytes } = await token.seal({ label, id }, rootKey, bound)
        return { rootKey, way: TOKEN_WAYS[way], reference: Buffer.from(id, 'hex'), protectedKey: bytes }
      }),
    owns: ({ reference }) => asRoot(async () => (await token.keyIds(label)).includes(reference.toString('hex'))),
    recover: ({ reference, way, protectedKey }, { bound }) =>
      asRoot(async () => {
        const known = wayOfCode(way)
        if (known === undefined) return undefined
        return token.open(keyOf(reference), { way: known, bytes: protectedKey }, bound)
      }),
    renew: async () => {
      await asRoot(renew)
    },
  }
}

/** Greater than every id there is, whatever the clock says. */
function nextId(greatest: string | undefined, nowMs: number): string {
  const time = Buffer.alloc(TIME_BYTES)
  const before = greatest === undefined ? 0n : BigInt(`0x0${greatest.slice(0, TIME_BYTES * 2)}`)
  const wanted = BigInt(nowMs) > before ? BigInt(nowMs) : before + 1n
  time.writeBigUInt64BE(wanted)
  return Buffer.concat([time, randomBytes(RANDOM_BYTES)]).toString('hex')
}

async function asRoot<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TokenAway) throw new RootUnavailable(error.message)
    if (error instanceof TokenKeyMissing) throw new RootUnavailable(error.message)
    if (error instanceof TokenRefused) throw new RootRefused(error.message)
    throw error
  }
}
