import { SecretBytes } from '../../secrets/index.ts'
import { createBreaker } from '../breaker.ts'
import { isTokenAnswer, type TokenAnswer, type TokenCall } from './token-agent.ts'
import { TokenAway, TokenKeyMissing, TokenRefused, type Token } from './token.ts'

/** How long a token that did not answer is left alone. */
export const BREAKER_MS = 1_000
/** Calls that wait for one token at once; more are refused. */
export const MAX_TOKEN_CALLS = 1_000

/** Carries a call to whoever has the token, and rejects when it does not answer in time. */
export type SendToToken = (call: TokenCall) => Promise<unknown>

/** A token at the other end of a channel. */
export function tokenOver(place: string, send: SendToToken, now: () => number): Token {
  const breaker = createBreaker({
    ...{ now, openMs: BREAKER_MS, mostCalls: MAX_TOKEN_CALLS },
    isAway: (error) => error instanceof TokenAway,
    refuse: (why) => new TokenAway(`${place} does not answer: ${why}`),
  })
  let pinRefused: string | undefined
  const ask = (call: TokenCall): Promise<TokenAnswer> => breaker.run(() => askNow(call))
  const askNow = async (call: TokenCall): Promise<TokenAnswer> => {
    if (pinRefused !== undefined) throw new TokenRefused(pinRefused)
    const answer = await send(call).catch((error: unknown) => {
      throw new TokenAway(`${place} does not answer (${error instanceof Error ? error.message : 'unknown'})`)
    })
    if (!isTokenAnswer(answer)) throw new TokenAway(`${place} does not answer`)
    if (answer.kind === 'away') throw new TokenAway(`${place} does not answer: ${answer.why}`)
    if (answer.kind === 'pin-refused') {
      pinRefused = `${place} cannot be used: ${answer.why}`
      throw new TokenRefused(pinRefused)
    }
    if (answer.kind === 'refused') throw new TokenRefused(`${place} cannot be used: ${answer.why}`)
    if (answer.kind === 'missing' && call.kind === 'key-ids') return { kind: 'key-ids', ids: [] }
    if (answer.kind === 'missing') throw new TokenKeyMissing(`${place} has ${answer.why}`)
    return answer
  }
  return {
    place,
    check: async (only) => {
      await ask({ kind: 'check', only })
    },
    keyIds: async (label) => {
      const answer = await ask({ kind: 'key-ids', label })
      return answer.kind === 'key-ids' ? answer.ids : []
    },
    makeKey: async (key) => {
      await ask({ kind: 'make-key', key })
    },
    destroyKey: async (key) => {
      await ask({ kind: 'destroy-key', key })
    },
    seal: async (key, plaintext, bound, how = {}) => {
      const bytes = plaintext.expose((exposed) => Uint8Array.from(exposed))
      const answer = await ask({ kind: 'seal', key, plaintext: bytes, bound, how }).finally(() => bytes.fill(0))
      if (answer.kind !== 'sealed') throw new TokenAway(`${place} does not answer`)
      return { way: answer.way, bytes: Buffer.from(answer.bytes) }
    },
    open: async (key, sealed, bound) => {
      const answer = await ask({ kind: 'open', key, way: sealed.way, sealed: sealed.bytes, bound })
      if (answer.kind !== 'opened') throw new TokenAway(`${place} does not answer`)
      return answer.bytes === undefined ? undefined : new SecretBytes(answer.bytes)
    },
  }
}
