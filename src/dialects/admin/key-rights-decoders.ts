import { GRANT_OPERATIONS, type EncryptionContext, type GrantParty } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { Decoders } from './decoder.ts'
import type { Fields } from './fields.ts'
import { badArgument } from './target.ts'

/** As long as a key policy may be. */
const MAX_POLICY_CHARS = 32 * 1024
const MAX_CONTEXT_PAIRS = 8

/** Who may use a key: its policy and its grants. */
export const KEY_RIGHTS_DECODERS: Decoders<
  'get-key-policy' | 'put-key-policy' | 'create-grant' | 'list-grants' | 'revoke-grant'
> = {
  'get-key-policy': (read) => {
    const key = read.key()
    return { target: { keyReference: key }, build: () => ({ kind: 'get-key-policy', key }) }
  },
  'put-key-policy': (read) => {
    const key = read.key()
    return {
      target: { keyReference: key },
      build: (body) => ({
        kind: 'put-key-policy',
        key,
        policy: body.optionalText('policy', MAX_POLICY_CHARS) ?? badArgument('policy', 'is missing'),
        ...present({ bypassLockoutCheck: body.optionalFlag('bypassLockoutCheck') }),
      }),
    }
  },
  'create-grant': (read) => {
    const key = read.key()
    return {
      target: { keyReference: key },
      build: (body) => {
        const retiring = body.optionalText('retiring')
        const constraints = constraintsOf(body)
        return {
          kind: 'create-grant',
          key,
          grantee: partyOf(body.text('grantee')),
          operations: operationsOf(body.texts('operations', GRANT_OPERATIONS.length)),
          ...present({
            retiring: retiring === undefined ? undefined : partyOf(retiring),
            name: body.optionalText('name'),
            constraints: Object.keys(constraints).length === 0 ? undefined : constraints,
          }),
        }
      },
    }
  },
  'list-grants': (read) => {
    const key = read.key()
    return { target: { keyReference: key }, build: () => ({ kind: 'list-grants', key }) }
  },
  'revoke-grant': (read) => {
    const key = read.key()
    return {
      target: { keyReference: key },
      build: (body) => ({ kind: 'revoke-grant', key, grantId: body.text('grantId') }),
    }
  },
}

/** Principals are named by ARN, services by their names. */
function partyOf(text: string): GrantParty {
  return text.startsWith('arn:') ? { kind: 'principal', arn: text } : { kind: 'service', name: text }
}

function operationsOf(words: readonly string[]) {
  return words.map(
    (word) =>
      GRANT_OPERATIONS.find((one) => one === word) ??
      badArgument('operations', `must be some of ${GRANT_OPERATIONS.join(', ')}`),
  )
}

function constraintsOf(body: Fields) {
  const contextOf = (name: string): EncryptionContext | undefined => {
    const pairs = body.optionalObjects(name, MAX_CONTEXT_PAIRS)?.map((item) => {
      const pair = [item.text('key'), item.text('value')] as const
      item.end()
      return pair
    })
    return pairs === undefined ? undefined : Object.fromEntries(pairs)
  }
  return present({ contextEquals: contextOf('contextEquals'), contextSubset: contextOf('contextSubset') })
}
