/** What a policy may cost. Sizes are those of AWS (IAM quotas, S3 and KMS developer guides). */
export const POLICY_LIMITS = {
  /** Bytes, as they were sent. */
  bucketBytes: 20 * 1024,
  keyBytes: 32 * 1024,
  /** Characters without white space, of all inline policies of one user, group or role together. */
  userInlineCharacters: 2_048,
  groupInlineCharacters: 5_120,
  roleInlineCharacters: 10_240,
  managedCharacters: 6_144,
  trustCharacters: 4_096,
  sessionCharacters: 2_048,
  /** Bytes of any text, before it is read at all. */
  textBytes: 128 * 1024,
  /** Objects and lists inside each other. */
  depth: 32,
  /** Values of all kinds together. */
  values: 10_000,
  sidCharacters: 256,
  /** Significant digits of a number in a condition: more would not be exact. */
  numberDigits: 15,
} as const
