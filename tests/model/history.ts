/*
 * Whether the history of one key can be explained: every request took effect at one moment between its call and its
 * answer (Wing and Gong, with the memory of states that Lowe added). The key is a register of a value, or of nothing.
 */

export type Call =
  | { readonly kind: 'write'; readonly value: string }
  /** Only where nothing is. */
  | { readonly kind: 'create'; readonly value: string }
  /** Only where `over` is. */
  | { readonly kind: 'replace'; readonly value: string; readonly over: string }
  | { readonly kind: 'remove' }
  | { readonly kind: 'read' }

export type Reply =
  | { readonly kind: 'done' }
  /** The condition did not hold. */
  | { readonly kind: 'refused' }
  /** What a read found; undefined: nothing. */
  | { readonly kind: 'found'; readonly value: string | undefined }
  /** No answer came: it happened, or not, or will. */
  | { readonly kind: 'unknown' }

export interface Event {
  readonly call: Call
  readonly reply: Reply
  /** Of one clock, in any unit. */
  readonly from: number
  readonly to: number
  /** Where the store put this change among all changes of the key, from 0; absent: it does not say. */
  readonly place?: number
  /** Told when the history is wrong. */
  readonly note?: string
}

interface State {
  readonly value: string | undefined
  /** Changes that have a place and took effect. */
  readonly placed: number
}

function changes(event: Event): boolean {
  return event.call.kind !== 'read' && event.reply.kind !== 'refused'
}

/** The state after the event, were it to take effect now; undefined: it cannot have. */
function after(state: State, event: Event): State | undefined {
  const { call, reply, place } = event
  if (place !== undefined && changes(event) && place !== state.placed) return undefined
  const next = (value: string | undefined): State => ({ value, placed: state.placed + (place === undefined ? 0 : 1) })
  switch (call.kind) {
    case 'read':
      return reply.kind !== 'found' || reply.value === state.value ? state : undefined
    case 'write':
      return next(call.value)
    case 'remove':
      return next(undefined)
    case 'create':
    case 'replace': {
      const holds = call.kind === 'create' ? state.value === undefined : state.value === call.over
      if (reply.kind === 'refused') return holds ? undefined : state
      return holds ? next(call.value) : undefined
    }
  }
}

interface Frame {
  readonly state: State
  /** Positions of what may come next, and how many of them were tried. */
  readonly candidates: readonly number[]
  tried: number
}

class Search {
  readonly #events: readonly Event[]
  readonly #done: Uint8Array
  readonly #known = new Set<string>()
  /** Everything before this position took effect. */
  #low = 0

  constructor(events: readonly Event[]) {
    this.#events = [...events].sort((left, right) => left.from - right.from)
    this.#done = new Uint8Array(events.length)
  }

  /** Undefined: it can be explained. Else how far the best explanation goes: the events that nothing explains. */
  run(first: State): readonly Event[] | undefined {
    const frames: Frame[] = [this.#frame(first)]
    const taken: number[] = []
    let most = -1
    let best = this.#done
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      if (this.#isExplained()) return undefined
      const position = frame.candidates[frame.tried++]
      const event = position === undefined ? undefined : this.#events[position]
      if (position === undefined || event === undefined) {
        frames.pop()
        const last = taken.pop()
        if (last !== undefined) this.#untake(last)
        continue
      }
      const state = after(frame.state, event)
      if (state === undefined) continue
      this.#take(position)
      const name = this.#name(state)
      if (this.#known.has(name)) {
        this.#untake(position)
        continue
      }
      this.#known.add(name)
      taken.push(position)
      frames.push(this.#frame(state))
      if (taken.length <= most) continue
      most = taken.length
      best = this.#done.slice()
    }
    return this.#left(best)
  }

  /** What took effect, as far as it is not everything before `low`, and the state: the rest follows from them. */
  #name(state: State): string {
    let bits = ''
    let end = this.#done.length
    while (end > this.#low && this.#done[end - 1] === 0) end--
    for (let at = this.#low; at < end; at++) bits += this.#done[at] === 1 ? '1' : '0'
    return `${this.#low} ${bits} ${state.placed} ${state.value ?? ''}`
  }

  /** What was called before anything that is left was answered. */
  #frame(state: State): Frame {
    const candidates: number[] = []
    let earliest = Infinity
    for (let at = this.#low; at < this.#events.length; at++) {
      const event = this.#events[at]
      if (event === undefined || event.from > earliest) break
      if (this.#done[at] === 1) continue
      candidates.push(at)
      if (event.reply.kind !== 'unknown') earliest = Math.min(earliest, event.to)
    }
    return { state, candidates: candidates.filter((at) => (this.#events[at]?.from ?? 0) <= earliest), tried: 0 }
  }

  #take(position: number): void {
    this.#done[position] = 1
    while (this.#done[this.#low] === 1) this.#low++
  }

  #untake(position: number): void {
    this.#done[position] = 0
    this.#low = Math.min(this.#low, position)
  }

  #left(done: Uint8Array): readonly Event[] {
    return this.#events.filter((event, at) => done[at] === 0 && event.reply.kind !== 'unknown')
  }

  #isExplained(): boolean {
    for (let at = this.#low; at < this.#events.length; at++) {
      if (this.#done[at] === 0 && this.#events[at]?.reply.kind !== 'unknown') return false
    }
    return true
  }
}

/** Undefined where the history can be explained; else what could not be, in words. */
export function unexplained(events: readonly Event[], first?: string): string | undefined {
  const left = new Search(events).run({ value: first, placed: 0 })
  if (left === undefined) return undefined
  const lines = left.slice(0, 12).map(toldEvent)
  return `${events.length - left.length} of ${events.length} requests can be explained; then none of these can come:\n${lines.join('\n')}`
}

export function toldEvent(event: Event): string {
  const { call, reply, from, to, place, note } = event
  const value = 'value' in call ? ` ${call.value}` : ''
  const over = call.kind === 'replace' ? ` over ${call.over}` : ''
  const found = reply.kind === 'found' ? ` ${reply.value ?? 'nothing'}` : ''
  const at = place === undefined ? '' : ` at place ${place}`
  return `  ${from.toFixed(3)} to ${to.toFixed(3)}: ${call.kind}${value}${over}: ${reply.kind}${found}${at}${note === undefined ? '' : ` (${note})`}`
}
