/** What one account may hold, as AWS's quotas have it where they are not adjustable, and generous where they are. */
export const PEOPLE_LIMITS = {
  users: 5_000,
  groups: 500,
  roles: 5_000,
  policies: 1_500,
  accessKeysPerUser: 2,
  groupsPerUser: 10,
  attachedPerHolder: 20,
  inlinePerHolder: 100,
  policyVersions: 5,
  tags: 50,
  tagKeyChars: 128,
  tagValueChars: 256,
  descriptionChars: 1_000,
  pathChars: 512,
  userNameChars: 64,
  roleNameChars: 64,
  groupNameChars: 128,
  policyNameChars: 128,
  minRoleSessionSeconds: 3_600,
  maxRoleSessionSeconds: 43_200,
  /** Characters without white space, all inline policies of one holder together. */
  inlineChars: { user: 2_048, group: 5_120, role: 10_240 },
  managedChars: 6_144,
  trustChars: 4_096,
  /** Bytes of one text as it was sent, white space and all: it has to fit a row. */
  policyBytes: 48 * 1_024,
  /** Bytes of a sealed record's fields: tags in long scripts may take more than a row holds. */
  recordBytes: 60 * 1_024,
  accounts: 10_000,
  accountNameChars: 128,
  vendorIdChars: 64,
} as const
