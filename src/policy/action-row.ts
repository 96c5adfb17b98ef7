/** What an action is about: which ARN stands for it in a policy. */
export type Subject = 'account' | 'bucket' | 'object' | 'objects' | 'key' | 'person' | 'server'

/** The actions of one operation, in the words of AWS's policies. */
export interface ActionRow {
  readonly actions: readonly [string, ...string[]]
  /** In place of `actions` when the request names a version. */
  readonly versioned?: readonly [string, ...string[]]
  readonly subject: Subject
  /**
   * The room that asks for the right itself, because only it knows what the answer rests on: a key's policy and grants,
   * the path of a user. `entries`: each entry of the body is asked for
   * as an operation of its own. `nobody`: it is open to everybody, and tells nothing that is anybody's. `self`: the
   * answer is about the caller alone, and shows nothing of anybody else. Absent: the gateway asks.
   */
  readonly by?: 'kms' | 'iam' | 'entries' | 'nobody' | 'self'
}
