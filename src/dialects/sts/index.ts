/**
 * The STS dialect: temporary credentials, and who is asking, as the AWS query protocol has them.
 *
 * Promises: a parameter that is not understood is refused, never overlooked; the secret and the token of a session are in
 * one answer. Imports: http, operations, and the files directly in `dialects/`.
 */
export { SESSION_OPERATIONS, type StsKind } from './sessions.ts'
export { createStsDialect, UNDONE_STS_ACTIONS } from './sts-dialect.ts'
