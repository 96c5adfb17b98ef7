/** What a process of its own is for. */
export type Role = 'worker' | 'writer' | 'jobs' | 'key-agent'

export const ROLE_FLAG = '--coffer-role='
const ROLES: readonly Role[] = ['worker', 'writer', 'jobs', 'key-agent']

/** The role that the supervisor started this process for; undefined: a person started it. */
export function roleOf(argv: readonly string[]): Role | undefined {
  const given = argv.find((one) => one.startsWith(ROLE_FLAG))?.slice(ROLE_FLAG.length)
  return ROLES.find((role) => role === given)
}
