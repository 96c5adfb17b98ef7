/** Opens for a while when the other side was found away, so that nobody waits for what will not answer. */
export interface Breaker {
  /** Does the work, or rejects at once with what `refuse` makes. */
  run<Result>(work: () => Promise<Result>): Promise<Result>
}

export interface BreakerOptions {
  /** Milliseconds since any fixed point. */
  readonly now: () => number
  readonly openMs: number
  /** How many calls may be under way at once. */
  readonly mostCalls: number
  /** Which failures say that the other side is away. */
  readonly isAway: (error: unknown) => boolean
  /** The error for callers who are not let through. */
  readonly refuse: (why: string) => Error
}

export function createBreaker({ now, openMs, mostCalls, isAway, refuse }: BreakerOptions): Breaker {
  let closedAgainMs = -Infinity
  let calls = 0
  return {
    run: async (work) => {
      if (now() < closedAgainMs) throw refuse('it did not answer a moment ago')
      if (calls >= mostCalls) throw refuse('too many calls wait for it')
      calls++
      try {
        return await work()
      } catch (error) {
        if (isAway(error)) closedAgainMs = now() + openMs
        throw error
      } finally {
        calls--
      }
    },
  }
}
