/**
 * The COS dialect: Tencent Cloud COS, translated to operations and back.
 *
 * Promises: what this server has not answers NotImplemented in the vendor's own form.
 * May import http, operations, secrets, and the files directly in dialects/.
 */
export { createCosDialect, type CosDialect } from './cos-dialect.ts'
export type { CosDialectOptions } from './options.ts'
