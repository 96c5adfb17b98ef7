/** The rule that will end a version or an upload, and when: `x-amz-expiration`, `x-amz-abort-date` and their siblings. */
export interface VersionExpiry {
  readonly ruleId: string
  readonly atMs: number
}
