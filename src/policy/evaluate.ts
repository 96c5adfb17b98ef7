import type { Decision, Question } from './question.ts'

/**
 * May they? A pure function. The root of an account may do everything that is its own account's; nobody else has been
 * given anything, so for nobody else is there an allow. An empty owner is nobody's, never everybody's.
 */
export function evaluate({ caller, owner }: Question): Decision {
  switch (caller.kind) {
    case 'anonymous':
      return { kind: 'no-opinion', reason: 'anonymous: nothing is public' }
    case 'job':
      return { kind: 'no-opinion', reason: 'a job has no rights of its own' }
    case 'user':
    case 'role-session':
      return { kind: 'no-opinion', reason: 'no policy allows it' }
    case 'account-root':
      if (owner === undefined) return { kind: 'no-opinion', reason: 'the resource has no owner' }
      if (owner !== caller.account) return { kind: 'no-opinion', reason: 'another account owns it' }
      return { kind: 'allow', reason: 'root of the owning account' }
  }
}
