/**
 * The OBS dialect: Huawei Cloud's OBS, translated to operations and back; in OBS's own spelling, and in the one that its
 * clients fall back to.
 *
 * Promises: one reading of hosts, paths, copy sources and numbers; a wish for protection that is not understood is
 * refused, never ignored; every failure has its line in a total table; names come back as they were put. What OBS has and
 * this server has not answers ServiceNotImplemented.
 * May import http, operations, secrets, and the files directly in dialects/.
 */
export { OBS_DISPATCH_PARAMETERS } from './decode.ts'
export { createObsDialect, type ObsDialect } from './obs-dialect.ts'
export type { ObsDialectOptions } from './options.ts'
