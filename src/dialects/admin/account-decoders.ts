import { parseAccountId, type AccountId, type AccountOperation, type VendorSpellings } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { Decoders } from './decoder.ts'
import type { Fields } from './fields.ts'
import { badArgument, type TargetReader } from './target.ts'
import { TARGET_PARAMETERS } from './wire.ts'

/** Accounts as a whole, and the end of somebody's sessions. */
export const ACCOUNT_DECODERS: Decoders<AccountOperation['kind'] | 'revoke-sessions'> = {
  'create-account': (read) => {
    const account = optionalAccount(read)
    return {
      target: account === undefined ? {} : { person: { kind: 'account', name: account } },
      build: (body) => ({
        kind: 'create-account',
        ...present({ account, name: body.optionalText('name') }),
        vendors: vendorsOf(body),
      }),
    }
  },
  'list-accounts': () => ({ target: {}, build: () => ({ kind: 'list-accounts' }) }),
  'show-account': (read) => ofAccount(read, (account) => ({ kind: 'show-account', account })),
  'set-account': (read) =>
    ofAccount(read, (account, body) => ({
      kind: 'set-account',
      account,
      ...present({ name: body.optionalText('name') }),
      vendors: vendorsOf(body),
    })),
  'disable-account': (read) => ofAccount(read, (account) => ({ kind: 'disable-account', account })),
  'enable-account': (read) => ofAccount(read, (account) => ({ kind: 'enable-account', account })),
  'revoke-sessions': () => ({
    target: {},
    build: (body) => {
      const [user, role] = [body.optionalText('user'), body.optionalText('role')]
      if (user !== undefined && role === undefined) return { kind: 'revoke-sessions', holder: 'user', name: user }
      if (role !== undefined && user === undefined) return { kind: 'revoke-sessions', holder: 'role', name: role }
      return badArgument('user', 'either a user or a role is named')
    },
  }),
}

function ofAccount<Wanted extends AccountOperation>(
  read: TargetReader,
  build: (account: AccountId, body: Fields) => Wanted,
) {
  const account = optionalAccount(read) ?? badArgument(TARGET_PARAMETERS.account, 'is missing in the query')
  const person = { kind: 'account', name: account } as const
  return { target: { person }, build: (body: Fields) => build(account, body) }
}

function optionalAccount(read: TargetReader): AccountId | undefined {
  const text = read.optional('account')
  if (text === undefined) return undefined
  return parseAccountId(text) ?? badArgument(TARGET_PARAMETERS.account, 'is no account of 12 digits')
}

function vendorsOf(body: Fields): VendorSpellings {
  const vendors = body.optionalObject('vendors')
  if (vendors === undefined) return {}
  const spellings = present({
    uid: vendors.optionalText('uid'),
    domainId: vendors.optionalText('domainId'),
    appId: vendors.optionalText('appId'),
    uin: vendors.optionalText('uin'),
  })
  vendors.end()
  return spellings
}
