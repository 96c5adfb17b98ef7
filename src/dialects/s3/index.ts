/**
 * The S3 dialect: Amazon S3's REST API, translated to operations and back. `dialects` touches no key, no disk and no
 * policy; what it takes is what the signature covers, what it yields is an operation or a refusal.
 *
 * Promises: one reading of hosts, paths, copy sources and numbers; a wish for protection that is not understood is
 * refused, never ignored; every failure and every operation has its line in a total table; names come back as they were
 * put. What S3 has and this server has not answers NotImplemented.
 * May import http, operations, secrets, and the files directly in dialects/.
 */
export { S3_DISPATCH_PARAMETERS } from './decode.ts'
export type { S3DialectOptions, S3Switches } from './options.ts'
export { createS3Dialect, type S3Dialect } from './s3-dialect.ts'
