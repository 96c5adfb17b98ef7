/**
 * The COS dialect: Tencent Cloud COS, translated to operations and back.
 *
 * Promises: one reading of hosts, paths, copy sources and numbers; a wish for protection that is not understood is
 * refused, never ignored; every failure and every operation has its line in a total table. What COS has and this server
 * has not answers NotImplemented in the vendor's own form.
 * May import http, operations, secrets, and the files directly in dialects/.
 */
export { createCosDialect, type CosDialect } from './cos-dialect.ts'
export { COS_DISPATCH_PARAMETERS } from './decode.ts'
export type { CosDialectOptions } from './options.ts'
