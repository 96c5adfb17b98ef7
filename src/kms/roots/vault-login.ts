import { SecretBytes } from '../../secrets/index.ts'
import { RootRefused, RootUnavailable } from './root-provider.ts'
import { isMembers, membersOf, type SendToKeeper } from './remote-keeper.ts'

/** Who Coffer is to the key server: a token that somebody made, or a role with a secret id. */
export type VaultLogin =
  | { readonly kind: 'token'; readonly token: SecretBytes }
  | { readonly kind: 'approle'; readonly mount: string; readonly roleId: string; readonly secretId: SecretBytes }

/** A timer that does not keep the process alive. */
export type RunLater = (work: () => void, afterMs: number) => { cancel(): void }

interface Lease {
  readonly token: SecretBytes
  readonly renewable: boolean
  /** Undefined: for ever. */
  readonly untilMs: number | undefined
}

const RENEW_AT = 2 / 3
/** Leases are renewed at most so often, however short they are. */
const SOONEST_MS = 1_000
/** The longest wait that Node's timers take. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * The token of the key server's API, renewed at two thirds of its lease for as long as this process lives; a role logs
 * in anew where that fails. Sends nothing but logins itself.
 */
export class VaultSession {
  readonly #login: VaultLogin
  readonly #send: SendToKeeper
  readonly #headers: readonly (readonly [string, string])[]
  readonly #now: () => number
  readonly #later: RunLater
  #lease: Promise<Lease> | undefined
  #timer: { cancel(): void } | undefined

  constructor(options: {
    readonly login: VaultLogin
    readonly send: SendToKeeper
    readonly headers: readonly (readonly [string, string])[]
    readonly now: () => number
    readonly later: RunLater
  }) {
    this.#login = options.login
    this.#send = options.send
    this.#headers = options.headers
    this.#now = options.now
    this.#later = options.later
  }

  /** Throws `RootUnavailable`, or `RootRefused` where the login itself is refused. */
  async token(): Promise<SecretBytes> {
    this.#lease ??= this.#begin()
    try {
      const lease = await this.#lease
      if (lease.untilMs === undefined || this.#now() < lease.untilMs) return lease.token
    } catch (error) {
      this.#lease = undefined
      throw error
    }
    this.#lease = this.#begin()
    return (await this.#lease).token
  }

  /** The token was refused: the next call logs in anew. */
  forget(): void {
    this.#timer?.cancel()
    this.#lease = undefined
  }

  async #begin(): Promise<Lease> {
    const login = this.#login
    const lease = login.kind === 'token' ? await this.#lookUp(login.token) : await this.#logIn(login)
    this.#renewLater(lease)
    return lease
  }

  async #logIn(login: Extract<VaultLogin, { kind: 'approle' }>): Promise<Lease> {
    // The secret id goes over the wire as JSON: it lives as text for the length of this call.
    const body = login.secretId.expose((secret) =>
      Buffer.from(JSON.stringify({ role_id: login.roleId, secret_id: Buffer.from(secret).toString('utf8') })),
    )
    const path = `/v1/auth/${login.mount}/login`
    const answer = await this.#send({ method: 'POST', path, headers: this.#headers, body }).finally(() => body.fill(0))
    if (answer.status === 400 || answer.status === 403) throw new RootRefused('the key server refuses the login')
    const auth = membersOf(answer.body)?.['auth']
    const token = isMembers(auth) ? auth['client_token'] : undefined
    if (answer.status !== 200 || !isMembers(auth) || typeof token !== 'string' || token === '') {
      throw new RootUnavailable(`the key server does not log in (status ${answer.status})`)
    }
    return this.#leaseOf(secretOf(token), auth['lease_duration'], auth['renewable'])
  }

  async #lookUp(token: SecretBytes): Promise<Lease> {
    const headers = [...this.#headers, tokenHeader(token)]
    const body = Buffer.alloc(0)
    const answer = await this.#send({ method: 'GET', path: '/v1/auth/token/lookup-self', headers, body })
    const data = membersOf(answer.body)?.['data']
    // A policy need not allow the look: the token is used as it is then.
    if (answer.status !== 200 || !isMembers(data)) {
      if (answer.status >= 500) throw new RootUnavailable(`the key server does not answer (status ${answer.status})`)
      return { token, renewable: false, untilMs: undefined }
    }
    return this.#leaseOf(token, data['ttl'], data['renewable'])
  }

  #leaseOf(token: SecretBytes, seconds: unknown, renewable: unknown): Lease {
    const lasts = typeof seconds === 'number' && seconds > 0
    return { token, renewable: renewable === true, untilMs: lasts ? this.#now() + seconds * 1000 : undefined }
  }

  #renewLater(lease: Lease): void {
    this.#timer?.cancel()
    if (lease.untilMs === undefined) return
    const afterMs = Math.min(LONGEST_MS, Math.max(SOONEST_MS, (lease.untilMs - this.#now()) * RENEW_AT))
    this.#timer = this.#later(() => {
      this.#lease = this.#renew(lease)
      this.#lease.catch(() => undefined)
    }, afterMs)
  }

  async #renew(lease: Lease): Promise<Lease> {
    if (!lease.renewable) return this.#login.kind === 'approle' ? this.#begin() : lease
    const headers = [...this.#headers, tokenHeader(lease.token)]
    const request = { method: 'POST', path: '/v1/auth/token/renew-self', headers, body: Buffer.from('{}') } as const
    const answer = await this.#send(request).catch(() => undefined)
    const auth = answer?.status === 200 ? membersOf(answer.body)?.['auth'] : undefined
    if (isMembers(auth)) {
      const renewed = this.#leaseOf(lease.token, auth['lease_duration'], auth['renewable'])
      this.#renewLater(renewed)
      return renewed
    }
    // A refusal ends the lease early for a role, which can log in again; silence leaves a third of it to try on.
    if (answer !== undefined && this.#login.kind === 'approle') return this.#begin()
    this.#renewLater(lease)
    return lease
  }
}

function secretOf(text: string): SecretBytes {
  return new SecretBytes(Buffer.from(text, 'utf8'))
}

/** `X-Vault-Token`. A header is text: the token lives as one for the length of a request. */
export function tokenHeader(token: SecretBytes): readonly [string, string] {
  return ['x-vault-token', token.expose((bytes) => Buffer.from(bytes).toString('latin1').trim())]
}
