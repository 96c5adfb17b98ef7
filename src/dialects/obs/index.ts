/**
 * The OBS dialect: Huawei Cloud OBS, translated to operations and back.
 *
 * Promises: what this server has not answers NotImplemented in the vendor's own form.
 * May import http, operations, secrets, and the files directly in dialects/.
 */
export { createObsDialect, type ObsDialect } from './obs-dialect.ts'
export type { ObsDialectOptions } from './options.ts'
