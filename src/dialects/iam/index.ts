/**
 * The IAM dialect: people, groups, roles, access keys and policies, as the AWS query protocol has them.
 *
 * Promises: a parameter that is not understood is refused, never overlooked; an action that the vendor has and this
 * server has not is `NotImplemented`; policy documents go back as they came, escaped as clients expect them; the secret of
 * an access key is in one answer. Imports: http, operations, and the files directly in `dialects/`.
 */
export { createIamDialect, IAM_OPERATIONS, type IamKind } from './iam-dialect.ts'
export { UNDONE_ACTIONS } from './undone-actions.ts'
