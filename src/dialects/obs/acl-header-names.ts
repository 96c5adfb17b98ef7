import type { HttpHeaders } from '../../http/index.ts'
import type { AclPermission } from '../../operations/index.ts'

export const ACL = 'x-obs-acl'

export const GRANT_HEADERS: readonly (readonly [header: string, permission: AclPermission, delivered: boolean])[] = [
  ['x-obs-grant-read', 'READ', false],
  ['x-obs-grant-write', 'WRITE', false],
  ['x-obs-grant-read-acp', 'READ_ACP', false],
  ['x-obs-grant-write-acp', 'WRITE_ACP', false],
  ['x-obs-grant-full-control', 'FULL_CONTROL', false],
  ['x-obs-grant-read-delivered', 'READ', true],
  ['x-obs-grant-full-control-delivered', 'FULL_CONTROL', true],
]
/** Whether a write brings a list along. */
export function namesAcl(headers: HttpHeaders): boolean {
  return headers.has(ACL) || GRANT_HEADERS.some(([header]) => headers.has(header))
}
