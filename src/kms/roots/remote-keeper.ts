import { createBreaker, type Breaker } from '../breaker.ts'
import { RootUnavailable } from './root-provider.ts'

/** One request to whoever keeps the root, and the answer. Rejects when nobody answers in time. */
export type SendToKeeper = (request: {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}) => Promise<{ readonly status: number; readonly body: Uint8Array }>

/** How long a keeper that did not answer is left alone. */
export const KEEPER_BREAKER_MS = 1_000
/** Calls to one keeper at once. */
export const MAX_KEEPER_CALLS = 16

export function keeperBreaker(place: string, now: () => number): Breaker {
  return createBreaker({
    ...{ now, openMs: KEEPER_BREAKER_MS, mostCalls: MAX_KEEPER_CALLS },
    isAway: (error) => error instanceof RootUnavailable,
    refuse: (why) => new RootUnavailable(`${place} does not answer: ${why}`),
  })
}

/** The members of an answer in JSON; undefined for every other answer. */
export function membersOf(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return isMembers(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
