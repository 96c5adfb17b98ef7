import type { AclSetting } from '../api/shapes.ts'
import { needed, type Setting } from './setting.ts'

/** Each dialect has these; what only some have stays what it is until another is chosen. */
const CANNED = ['private', 'public-read', 'public-read-write', 'authenticated-read'] as const

/** The old lists of access; policies say more. Set by their ready-made names, shown grant by grant. */
export const ACL: Setting<AclSetting> = {
  path: 'acl',
  title: 'acl',
  help: 'aclHelp',
  removable: false,
  fields: [
    {
      name: 'canned',
      label: 'aclCanned',
      hint: 'aclCannedHint',
      kind: 'choice',
      options: CANNED.map((value) => ({ value })),
    },
  ],
  draftsOf: (value) => [{ canned: value?.canned ?? '' }],
  bodyOf: ([draft]) => ({ canned: needed(draft?.['canned']) }),
  lines: ({ owner, grants, canned }, { say }) => [
    `${say('aclOwner')}: ${owner}`,
    ...(canned === undefined ? [] : [`${say('aclCanned')}: ${canned}`]),
    ...grants.map(
      ({ grantee, permission }) =>
        `${grantee.kind === 'account' ? grantee.account : say(GROUPS[grantee.group])}: ${permission}`,
    ),
  ],
}

const GROUPS = { everyone: 'aclEveryone', authenticated: 'aclAuthenticated', 'log-delivery': 'aclLogs' } as const
