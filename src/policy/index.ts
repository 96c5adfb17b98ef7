/**
 * Policy: may they? Which actions an operation needs, on which resources, and what is said to each of them.
 *
 * Promises: pure functions, no I/O; every operation has at least one action; only an explicit allow opens anything.
 * For now the one rule is that the root of an account may do everything in its own account, and nobody else anything:
 * the policy languages take their place behind the same question.
 * Imports: operations, secrets.
 */
export { actionOf, checksOf, resourceOf, type PolicyCheck } from './actions.ts'
export type {
  Condition,
  ConditionOperator,
  Grammar,
  NamedPolicy,
  NameSet,
  PolicyDocument,
  PolicyUse,
  PrincipalEntry,
  PrincipalSet,
  Statement,
  Vocabulary,
} from './document.ts'
export { evaluate } from './evaluate.ts'
export type { ContextValues, Decision, Question, Rights } from './question.ts'
export { anyObjectArn, bucketArn, keyReferenceArn, objectArn } from './resources.ts'
