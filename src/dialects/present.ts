type Present<Members> = { readonly [Name in keyof Members]?: Exclude<Members[Name], undefined> }

/** The same members without those that are undefined: an absent member is not one that holds undefined. */
export function present<Members extends object>(members: Members): Present<Members> {
  // Proved by the filter: what is left is not undefined.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<Members>
}
