import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { RootRefused, RootUnavailable, type RootProvider } from './root-provider.ts'
import { keptRoot } from './kept-root.ts'
import { isMembers, keeperBreaker, membersOf, type SendToKeeper } from './remote-keeper.ts'
import { tokenHeader, VaultSession, type RunLater, type VaultLogin } from './vault-login.ts'

/** A key of the transit engine of HashiCorp Vault or OpenBao, and how to reach it. */
export interface VaultRoot {
  /** In words: `https://vault.example:8200`. */
  readonly address: string
  readonly mount: string
  readonly key: string
  readonly namespace: string | undefined
  readonly login: VaultLogin
  readonly send: SendToKeeper
}

export interface VaultClock {
  readonly now: () => number
  readonly later: RunLater
}

interface Answered {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>>
}

const CIPHERTEXT = /^vault:v[0-9]{1,9}:[A-Za-z0-9+/=]{1,4096}$/
/** Sealed, standby, not initialized, throttled: it may come back. */
const AWAY: readonly number[] = [412, 429, 472, 473]

/**
 * The root in a key of Vault's or OpenBao's transit engine. It encrypts the root key of each wrap; the key itself is
 * never asked for. A policy with `update` on `<mount>/encrypt/<key>` and `<mount>/decrypt/<key>` is enough; rotating the
 * root needs it on `<mount>/keys/<key>/rotate` as well.
 */
export function vaultRoot(vault: VaultRoot, clock: VaultClock): RootProvider {
  const place = `the transit key ${vault.mount}/${vault.key} of ${vault.address}`
  const reference = Buffer.from(`${vault.mount}/${vault.key}`)
  const post = poster(vault, clock, place)
  return keptRoot({
    kind: 'vault',
    place,
    given: `${vault.mount}/${vault.key}`,
    protect: async ({ bound }) => {
      const rootKey = new SecretBytes(randomBytes(KEY_BYTES))
      const request = rootKey.expose((bytes) => ({
        plaintext: Buffer.from(bytes).toString('base64'),
        associated_data: bound.toString('base64'),
      }))
      const { status, data } = await post('encrypt', request)
      const ciphertext = data['ciphertext']
      if (status === 404 || status === 400) throw new RootRefused(`${place} is not there, or is no key that encrypts`)
      if (typeof ciphertext !== 'string' || !CIPHERTEXT.test(ciphertext)) throw strange(place, status)
      return { rootKey, way: 0, reference, protectedKey: Buffer.from(ciphertext) }
    },
    owns: async (facts) => facts.reference.equals(reference),
    recover: async ({ protectedKey }, { bound }) => {
      const ciphertext = protectedKey.toString('latin1')
      const { status, data } = await post('decrypt', { ciphertext, associated_data: bound.toString('base64') })
      // 400: it does not authenticate. 404: there is no such key (any more).
      if (status === 400) return undefined
      if (status === 404) throw new RootUnavailable(`${place} is not there`)
      const plaintext = data['plaintext']
      if (status !== 200 || typeof plaintext !== 'string') throw strange(place, status)
      const bytes = Buffer.from(plaintext, 'base64')
      return bytes.length === KEY_BYTES ? new SecretBytes(bytes) : undefined
    },
    renew: async () => {
      const { status } = await post('rotate', {})
      if (status !== 200 && status !== 204) throw strange(place, status)
    },
  })
}

function strange(place: string, status: number): Error {
  return new RootUnavailable(`${place} gives an answer that is none of its own (status ${status})`)
}

type VaultCall = 'encrypt' | 'decrypt' | 'rotate'

function poster(
  vault: VaultRoot,
  { now, later }: VaultClock,
  place: string,
): (call: VaultCall, body: Readonly<Record<string, string>>) => Promise<Answered> {
  const { namespace } = vault
  const headers = [
    ['x-vault-request', 'true'],
    ['content-type', 'application/json'],
    ...(namespace === undefined ? [] : [['x-vault-namespace', namespace] as const]),
  ] as const
  const send: SendToKeeper = (request) =>
    vault.send(request).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : 'unknown'
      throw new RootUnavailable(`${place} does not answer: ${why}`)
    })
  const session = new VaultSession({ login: vault.login, send, headers, now, later })
  const breaker = keeperBreaker(place, now)
  const once = async (call: VaultCall, body: Uint8Array): Promise<Answered> => {
    const path = pathOf(vault, call)
    const answer = await send({ method: 'POST', path, headers: [...headers, tokenHeader(await session.token())], body })
    const data = membersOf(answer.body)?.['data']
    // Redirects are not followed: the token would go to whoever sent them. What has no data is not this API.
    const strange = answer.status < 200 || (answer.status >= 300 && answer.status < 400)
    const empty = answer.status === 200 && call !== 'rotate' && !isMembers(data)
    if (answer.status >= 500 || strange || empty || AWAY.includes(answer.status)) {
      throw new RootUnavailable(`${place} does not answer (status ${answer.status})`)
    }
    return { status: answer.status, data: isMembers(data) ? data : {} }
  }
  return (call, members) =>
    breaker.run(async () => {
      const body = Buffer.from(JSON.stringify(members))
      try {
        const answer = await once(call, body)
        if (answer.status !== 403) return answer
        // A token that expired or was revoked is refused as a missing right is: one new login tells them apart.
        session.forget()
        const again = await once(call, body)
        if (again.status !== 403) return again
        throw new RootUnavailable(`${place} refuses ${call}: the token or its policy does not allow it`)
      } finally {
        body.fill(0)
      }
    })
}

function pathOf({ mount, key }: VaultRoot, call: VaultCall): string {
  return call === 'rotate' ? `/v1/${mount}/keys/${key}/rotate` : `/v1/${mount}/${call}/${key}`
}
