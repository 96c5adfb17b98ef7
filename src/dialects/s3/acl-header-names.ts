import type { HttpHeaders } from '../../http/index.ts'
import type { AclPermission } from '../../operations/index.ts'

export const ACL_HEADER = 'x-amz-acl'
export const GRANT_HEADERS: readonly (readonly [header: string, permission: AclPermission])[] = [
  ['x-amz-grant-full-control', 'FULL_CONTROL'],
  ['x-amz-grant-read', 'READ'],
  ['x-amz-grant-read-acp', 'READ_ACP'],
  ['x-amz-grant-write', 'WRITE'],
  ['x-amz-grant-write-acp', 'WRITE_ACP'],
]

/** Whether a request names a list in its headers. */
export function namesAcl(headers: HttpHeaders): boolean {
  return headers.has(ACL_HEADER) || GRANT_HEADERS.some(([header]) => headers.has(header))
}
