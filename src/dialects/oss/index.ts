/**
 * The OSS dialect: Alibaba Cloud's object storage, translated to operations and back. It touches no key, no disk and no
 * policy; what it takes is what the signature covers, what it yields is an operation or a refusal.
 *
 * Promises: one reading of hosts, paths, copy sources and numbers; a wish for protection that is not understood is
 * refused, never ignored; every failure and every operation has its line in a total table; names come back as they were
 * put. What OSS has and this server has not answers NotImplemented.
 * May import http, operations, secrets, and the files directly in dialects/.
 */
export { OSS_DISPATCH_PARAMETERS } from './decode.ts'
export type { OssDialectOptions } from './options.ts'
export { createOssDialect, type OssDialect } from './oss-dialect.ts'
