/**
 * The OSS dialect: Alibaba Cloud OSS, translated to operations and back.
 *
 * Promises: what this server has not answers NotImplemented in the vendor's own form.
 * May import http, operations, secrets, and the files directly in dialects/.
 */
export { createOssDialect, type OssDialect } from './oss-dialect.ts'
export type { OssDialectOptions } from './options.ts'
