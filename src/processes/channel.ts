import type { ChildProcess } from 'node:child_process'

/** What a process says over its supervisor's channel. Values are copied as they are (no JSON): bytes stay bytes. */
type Message =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string; readonly code?: string }

/** Functions that one end offers to the other, by name. */
export type Offers = Readonly<Record<string, (argument: unknown) => Promise<unknown>>>

/** Calls between a supervisor and one process of its own: named functions, one argument, one answer. */
export interface Channel {
  call(name: string, argument?: unknown): Promise<unknown>
}

/** The other end is gone. */
export class ChannelClosed extends Error {
  override readonly name = 'ChannelClosed'
}

/** The other end could not do it. `code`: the system's, such as EADDRINUSE. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  readonly code: string | undefined

  constructor(reason: string, code: string | undefined) {
    super(reason)
    this.code = code
  }
}

/** By name and code only: texts may hold what has no place in a log. */
function reasonOf(error: unknown): { readonly reason: string; readonly code?: string } {
  if (!(error instanceof Error)) return { reason: 'unknown' }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { reason: error.name, ...code }
}

interface End {
  send(message: Message): void
  onMessage(see: (message: unknown) => void): void
  onClose(see: () => void): void
}

/** The supervisor's end of the channel to a process that it started with `serialization: 'advanced'`. */
export function channelTo(child: ChildProcess, offers: Offers): Channel {
  return createChannel(
    {
      send: (message) => {
        // It may be dead and not known to be: an error that nobody takes would end this process. The close tells the waiters.
        if (child.connected) child.send(message, () => undefined)
      },
      onMessage: (see) => child.on('message', see),
      onClose: (see) => child.once('disconnect', see),
    },
    offers,
  )
}

/** The end of a process that was started by a supervisor. Who loses the supervisor ends at once. */
export function channelToSupervisor(offers: Offers): Channel {
  return createChannel(
    {
      send: (message) => {
        process.send?.(message)
      },
      onMessage: (see) => process.on('message', see),
      onClose: (see) => process.once('disconnect', see),
    },
    offers,
  )
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value && typeof value.id === 'number'
}

function createChannel(end: End, offers: Offers): Channel {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let lastId = 0

  async function serve(id: number, name: string, argument: unknown): Promise<void> {
    const offer = Object.hasOwn(offers, name) ? offers[name] : undefined
    try {
      if (offer === undefined) throw new TypeError(`nothing is offered as ${name}`)
      end.send({ kind: 'answer', id, value: await offer(argument) })
    } catch (error) {
      end.send({ kind: 'failed', id, ...reasonOf(error) })
    }
  }

  end.onMessage((message) => {
    if (!isMessage(message)) return
    if (message.kind === 'call') {
      void serve(message.id, message.name, message.argument)
      return
    }
    const waiter = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.kind === 'answer') waiter?.resolve(message.value)
    else waiter?.reject(new CallFailed(message.reason, message.code))
  })
  end.onClose(() => {
    for (const waiter of waiting.values()) waiter.reject(new ChannelClosed())
    waiting.clear()
  })
  return {
    call: (name, argument) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        end.send({ kind: 'call', id, name, argument })
      }),
  }
}
