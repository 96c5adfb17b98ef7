/**
 * Policy: may they? Which actions an operation needs, on which resources, what the policies are that speak of them, and
 * what they say to each question.
 *
 * Promises: pure functions, no I/O; every operation has at least one action; only an explicit allow opens anything, and
 * an explicit deny anywhere closes it. A policy is read once, strictly, in the language in which it was put; a question
 * costs time in proportion to the policies and the names in it, whatever is written there.
 * Imports: operations, secrets.
 */
export { aclAllows, isAclAction, type AclQuestion } from './acl.ts'
export { actionOf, checksOf, isServerWide, resourceOf, type DirectoryOwners, type PolicyCheck } from './actions.ts'
export { requestContext, type ContextParts } from './context.ts'
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
export { explain } from './explain.ts'
export { keyActionsOf, type KeyTask, type Vendor } from './names/key-tasks.ts'
export { POLICY_LIMITS } from './limits.ts'
export { parsePolicy, policyCharacters, type PolicyScope } from './parse.ts'
export { bindPrincipals, principalsOf } from './principals.ts'
export { isPublic } from './public.ts'
export type { ContextValues, Decision, Question, Rights } from './question.ts'
export { wildcard } from './wildcard.ts'
export { anyObjectArn, bucketArn, keyReferenceArn, objectArn } from './resources.ts'
