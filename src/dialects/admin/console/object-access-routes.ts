import { zoneOf, refuse, type OperationOf } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument } from '../target.ts'
import { aclOf } from './acl-json.ts'
import { retentionOf } from './lock-json.ts'
import { targetOf } from './object-routes.ts'
import { asked, route, told, toldAll, type Route, type RouteRequest } from './route.ts'
import { cannedAsked } from './setting-routes.ts'

/** Lifting a retention, and shortening one in governance, is a right of its own (T-075). */
const BYPASS = ['s3:BypassGovernanceRetention']

/** The list and the lock of one version. */
export const OBJECT_ACCESS_ROUTES: readonly Route[] = [
  ...(['acl', 'retention', 'legal-hold'] as const).map((what) =>
    route('GET', `buckets/:/object/${what}`, (request) => {
      const operation = { kind: `get-object-${what}`, ...versionIn(request) } as const
      return asked(operation, operation)
    }),
  ),
  route('PUT', 'buckets/:/object/acl', (request) => {
    const target = versionIn(request)
    return toldAll(request.view, (body) => {
      const operation: OperationOf<'put-object-acl'> = { kind: 'put-object-acl', ...target, acl: aclOf(body) }
      const conditions = cannedAsked(operation)
      return { target: { kind: 'put-object-acl', ...target, ...present({ conditions }) }, operation }
    })
  }),
  route('PUT', 'buckets/:/object/retention', (request) => {
    const target = versionIn(request)
    return toldAll(request.view, (body) => {
      const bypassGovernance = body.optionalFlag('bypassGovernance') ?? false
      const retention = retentionOf(body)
      const kind = 'put-object-retention'
      return {
        target: { kind, ...target, ...(bypassGovernance ? { also: BYPASS } : {}) },
        operation: { kind, ...target, bypassGovernance, ...present({ retention }) },
      }
    })
  }),
  route('PUT', 'buckets/:/object/legal-hold', (request) => {
    const target = versionIn(request)
    const kind = 'put-object-legal-hold'
    return told({ kind, ...target }, request.view, (body) => ({ kind, ...target, legalHold: holdOf(body) }))
  }),
]

function versionIn(request: RouteRequest): ReturnType<typeof targetOf> {
  const target = targetOf(request)
  request.query.end()
  // Objects of directory buckets have neither.
  if (zoneOf(target.bucket) !== undefined)
    refuse({ kind: 'not-implemented', detail: 'Directory buckets have neither.' })
  return target
}

function holdOf(body: Fields): boolean {
  return body.optionalFlag('legalHold') ?? badArgument('legalHold', 'is missing')
}
