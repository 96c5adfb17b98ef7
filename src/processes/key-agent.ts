import { asTokenCall, createTokenAgent, type TokenAnswer, type TokenCall, type TokenSetUp } from '../kms/index.ts'
import { underSupervisor } from './child.ts'

/**
 * The key agent: one process with one PKCS#11 token. A vendor's library runs here and nowhere else: its calls block, it
 * may crash, and a call that hangs can be ended only with its process.
 */
export function runKeyAgent(): void {
  let agent: ((call: TokenCall) => Promise<TokenAnswer>) | undefined
  underSupervisor('key-agent', {
    'set-up': async (argument) => {
      agent = createTokenAgent(asTokenSetUp(argument))
    },
    token: async (argument) => {
      if (agent === undefined) throw new TypeError('no set-up')
      return agent(asTokenCall(argument))
    },
  })
}

function asTokenSetUp(value: unknown): TokenSetUp {
  if (typeof value !== 'object' || value === null || !('modulePath' in value)) throw new TypeError('no set-up')
  return value as TokenSetUp
}
