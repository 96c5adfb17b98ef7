import type { ChildProcess } from 'node:child_process'
import type { Pkcs11Setting } from '../config/index.ts'
import { asTokenCall, tokenOver, type SendToToken, type Token, type TokenCall } from '../kms/index.ts'
import { channelTo, type Channel, type Offers } from './channel.ts'
import { startRole } from './roles.ts'

/** A call that takes longer is given up, and the process that hangs in it is ended. */
export const TOKEN_CALL_MS = 10_000
/** A process that nobody asked anything for so long is ended; the next call starts another. */
const IDLE_MS = 60_000

/** A token that did not answer in time. */
class TokenTimeout extends Error {
  override readonly name = 'TokenTimeout'
}

export interface TokenProcessOptions {
  readonly callMs?: number
  readonly idleMs?: number
}

/** Where a token's calls go. */
export interface TokenProcess {
  /** In words a person can follow. */
  readonly place: string
  readonly send: SendToToken
}

/** A token, by the process that has it. */
export function tokenBehind({ place, send }: TokenProcess): Token {
  return tokenOver(place, send, () => performance.now())
}

/** What the process with the token offers to the others: the calls, and nothing of the PIN. */
export function tokenOffers(token: TokenProcess | undefined): Offers {
  return token === undefined ? {} : { token: (call) => token.send(asTokenCall(call)) }
}

/** The token as the processes under the primary see it. */
export function tokenByChannel(channel: Channel, place: string): TokenProcess {
  return { place, send: (call) => channel.call('token', call) }
}

/** A key agent with one token, started by the first call. It never keeps this process alive. */
export function startTokenProcess(
  setting: Omit<Pkcs11Setting, 'object'>,
  options: TokenProcessOptions = {},
): TokenProcess {
  const callMs = options.callMs ?? TOKEN_CALL_MS
  const idleMs = options.idleMs ?? IDLE_MS
  let agent: Agent | undefined
  let idle: NodeJS.Timeout | undefined

  const end = (ended: Agent | undefined): void => {
    if (ended === undefined) return
    if (agent === ended) agent = undefined
    ended.process.kill('SIGKILL')
  }
  const send = async (call: TokenCall): Promise<unknown> => {
    clearTimeout(idle)
    agent ??= startAgent(setting, (gone) => {
      if (agent === gone) agent = undefined
    })
    const current = agent
    try {
      return await within(
        callMs,
        current.channel.then((channel) => channel.call('token', call)),
      )
    } catch (error) {
      // Hanging, or gone: either way the next call begins with a new process.
      end(current)
      throw error
    } finally {
      clearTimeout(idle)
      idle = setTimeout(() => end(agent), idleMs).unref()
    }
  }
  return { place: placeOf(setting), send }
}

function placeOf({ token }: Pick<Pkcs11Setting, 'token'>): string {
  return 'label' in token ? `the token ${token.label}` : `the token with the serial number ${token.serial}`
}

interface Agent {
  readonly process: ChildProcess
  /** Rejects when it cannot be set up. */
  readonly channel: Promise<Channel>
}

function startAgent({ modulePath, token, pin }: Omit<Pkcs11Setting, 'object'>, onEnd: (agent: Agent) => void): Agent {
  const process = startRole('key-agent')
  const channel = new Promise<Channel>((resolve, reject) => {
    const toAgent = channelTo(process, {
      hello: async () => {
        const bytes = pin.expose((exposed) => Uint8Array.from(exposed))
        toAgent
          .call('set-up', { modulePath, token, pin: bytes })
          .then(() => resolve(toAgent), reject)
          .finally(() => bytes.fill(0))
      },
    })
    process.once('exit', () => reject(new Error('its process ended')))
  })
  channel.catch(() => undefined)
  // It ends by itself when this process does.
  process.unref()
  process.channel?.unref()
  const agent = { process, channel }
  process.once('exit', () => onEnd(agent))
  return agent
}

async function within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TokenTimeout('it did not answer in time')), limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
