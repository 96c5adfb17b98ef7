/**
 * Whether the server answers. A request that got no answer begins the watch: the public half of `system` is asked for
 * until it comes, each time a little later, and everybody who listens is told.
 */
const FIRST_WAIT_SECONDS = 2
const LONGEST_WAIT_SECONDS = 15
const SECOND_MS = 1_000

type Listener = (secondsLeft: number | undefined) => void

const listeners = new Set<Listener>()
const backListeners = new Set<() => void>()
const sealedListeners = new Set<() => void>()
let probe: (() => Promise<boolean>) | undefined
let left: number | undefined
let wait = FIRST_WAIT_SECONDS
let timer: ReturnType<typeof setInterval> | undefined
let asking = false

/** How it is found out; set once, by the module that makes requests. */
export function probeWith(ask: () => Promise<boolean>): void {
  probe = ask
}

/** Told the seconds to the next try, and `undefined` when the server answers again. Returns how to stop listening. */
export function onAway(listener: Listener): () => void {
  listeners.add(listener)
  listener(left)
  return () => listeners.delete(listener)
}

/** Called when the server answers again. Returns how to stop listening. */
export function onBack(listener: () => void): () => void {
  backListeners.add(listener)
  return () => backListeners.delete(listener)
}

/** Called when an answer said that the server is sealed. Returns how to stop listening. */
export function onSealed(listener: () => void): () => void {
  sealedListeners.add(listener)
  return () => sealedListeners.delete(listener)
}

export function serverIsSealed(): void {
  for (const listener of sealedListeners) listener()
}

/** A request found nobody. */
export function serverIsAway(): void {
  if (timer !== undefined) return
  wait = FIRST_WAIT_SECONDS
  tell(wait)
  timer = setInterval(tick, SECOND_MS)
}

/** Without waiting for the next try. */
export function retryNow(): void {
  if (timer !== undefined) void ask()
}

function tick(): void {
  if (asking || left === undefined) return
  if (left > 1) tell(left - 1)
  else void ask()
}

async function ask(): Promise<void> {
  if (asking) return
  asking = true
  const answers = (await probe?.()) ?? false
  asking = false
  if (!answers) {
    wait = Math.min(LONGEST_WAIT_SECONDS, wait * 2)
    tell(wait)
    return
  }
  clearInterval(timer)
  timer = undefined
  tell(undefined)
  for (const listener of backListeners) listener()
}

function tell(seconds: number | undefined): void {
  left = seconds
  for (const listener of listeners) listener(seconds)
}
