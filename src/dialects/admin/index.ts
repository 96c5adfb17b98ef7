/**
 * The admin dialect: JSON for the command line and the console, at `/-/admin/v1/`, signed as any request.
 *
 * `POST /-/admin/v1/<operation>?<target>` carries a JSON body of at most 64 KiB; `PUT` and `GET
 * /-/admin/v1/objects/<bucket>/<key>` carry an object's bytes. What an operation is about stands in the query, so that
 * the right is decided before a body is read; people, policies, sessions and accounts stand in the body, and the
 * directory decides.
 * Promises: pure; strict in what it reads (duplicate, unknown and mistyped members are refused); results and refusals
 * by total tables, member by member.
 * Imports: http, operations, and files directly in `dialects`.
 */
import type { DialectTranslator } from '../dialect.ts'
import { decodeAdmin } from './decode.ts'
import { encodeAdmin } from './encode.ts'
import { encodeAdminFailure } from './failures.ts'

export { consoleJson, withConsoleHeaders } from './console/answers.ts'
export { createConsoleDialect } from './console/console-dialect.ts'
export { consoleRefusal, encodeConsoleFailure } from './console/failures.ts'
export { decodeSignIn, MAX_SIGN_IN_BYTES, type TypedProof } from './console/sign-in.ts'
export {
  CONSOLE_API_PREFIX,
  CONSOLE_VOCABULARY_HEADER,
  type PublicSystemJson,
  type SessionJson,
  type SystemJson,
} from './console/wire.ts'
export type {
  AccessKeyJson,
  CredentialsJson,
  GroupJson,
  PeopleAdminKind,
  PolicyJson,
  RoleJson,
  UserJson,
  AdminBodies,
  AdminBody,
  AdminError,
  AdminKind,
  AdminResults,
  AdminTarget,
  AuditRecordJson,
  BucketEncryptionJson,
  DependentsJson,
  EncryptionJson,
  ExplanationJson,
  KeyJson,
  ListedObjectJson,
  ObjectJson,
  ShownEncryptionJson,
  StatusJson,
  StoredJson,
  TagJson,
  VerifyJson,
} from './wire.ts'

export function createAdminDialect(): DialectTranslator {
  return { name: 'admin', decode: decodeAdmin, encode: encodeAdmin, encodeFailure: encodeAdminFailure }
}
