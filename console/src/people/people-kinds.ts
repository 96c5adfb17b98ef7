export const PEOPLE_KINDS = ['users', 'groups', 'roles', 'policies'] as const
export type PeopleKind = (typeof PEOPLE_KINDS)[number]
/** Who holds policies of their own and attached ones. */
export type HolderKind = Exclude<PeopleKind, 'policies'>
