import { parseDecimal } from '../../../http/index.ts'
import { KEY_SPECS, KEY_USAGES, type ConfirmedShred, type OperationKind } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Decoder } from '../decoder.ts'
import { fieldsOf, type Fields } from '../fields.ts'
import { KEY_DECODERS } from '../key-decoders.ts'
import { KEY_MATERIAL_DECODERS } from '../key-material-decoders.ts'
import { KEY_RIGHTS_DECODERS } from '../key-rights-decoders.ts'
import { badArgument, targetReader } from '../target.ts'
import { asked, limitOf, nameAt, numberOf, route, told, toldAll, type Route, type RouteRequest } from './route.ts'

const MAX_USAGE_DAYS = 3_650
const USUAL_USAGE_DAYS = 90
const DAY_MS = 24 * 60 * 60 * 1_000
const MAX_KEY_POLICY_CHARS = 32 * 1024
const MAX_KEY_TAGS = 50
/** Destroying what something depends on waits as long as can be. */
const SHRED_DAYS = 30
const MAX_REASON_CHARS = 512

export const KEY_ROUTES: readonly Route[] = [
  route('GET', 'keys', ({ query }) => {
    const after = query.take('after')
    const limit = limitOf(query)
    // One deployment has the keys of its own region; the others have none.
    query.take('region')
    query.end()
    return asked({ kind: 'list-keys' }, { kind: 'list-keys', page: { limit, described: true, ...present({ after }) } })
  }),
  route('POST', 'keys', ({ view, query }) => {
    query.end()
    return toldAll(view, (body) => ({
      target: { kind: 'create-key' },
      operation: {
        kind: 'create-key',
        description: body.optionalText('description') ?? '',
        ...present({
          alias: aliasOf(body.optionalText('alias')),
          spec: body.optionalWord('spec', KEY_SPECS),
          usage: body.optionalWord('usage', KEY_USAGES),
          origin: body.optionalWord('origin', ['coffer', 'external']),
          policy: body.optionalText('policy', MAX_KEY_POLICY_CHARS),
          tags: body.optionalObjects('tags', MAX_KEY_TAGS)?.map(tagOf),
        }),
      },
    }))
  }),
  route('GET', 'unused-keys', ({ query, view }) => {
    const days = numberOf(query, 'days', 1, MAX_USAGE_DAYS) ?? USUAL_USAGE_DAYS
    query.end()
    const kind = 'list-unused-keys'
    return asked({ kind }, { kind, sinceMs: Math.max(0, view.arrivedMs - days * DAY_MS) })
  }),
  of('GET', 'keys/:', KEY_DECODERS['describe-key'], 'describe-key'),
  route('PATCH', 'keys/:', (request) => {
    const key = keyOf(request)
    return told({ kind: 'update-key-description', keyReference: key }, request.view, (body) => ({
      kind: 'update-key-description',
      key,
      description: body.text('description'),
    }))
  }),
  of('GET', 'keys/:/dependants', KEY_DECODERS['key-dependents'], 'key-dependents'),
  route('GET', 'keys/:/usage', (request) => {
    const days = numberOf(request.query, 'days', 1, MAX_USAGE_DAYS) ?? USUAL_USAGE_DAYS
    const key = keyOf(request)
    const sinceMs = Math.max(0, request.view.arrivedMs - days * DAY_MS)
    return asked({ kind: 'get-key-usage', keyReference: key }, { kind: 'get-key-usage', key, sinceMs })
  }),
  of('POST', 'keys/:/enable', KEY_DECODERS['enable-key'], 'enable-key'),
  of('POST', 'keys/:/disable', KEY_DECODERS['disable-key'], 'disable-key'),
  of('POST', 'keys/:/rotate', KEY_DECODERS['rotate-key'], 'rotate-key'),
  of('POST', 'keys/:/cancel-deletion', KEY_DECODERS['cancel-key-deletion'], 'cancel-key-deletion'),
  route('POST', 'keys/:/schedule-deletion', scheduleDeletion),
  of('GET', 'keys/:/policy', KEY_RIGHTS_DECODERS['get-key-policy'], 'get-key-policy'),
  of('PUT', 'keys/:/policy', KEY_RIGHTS_DECODERS['put-key-policy'], 'put-key-policy'),
  of('PUT', 'keys/:/rotation', KEY_DECODERS['set-key-rotation'], 'set-key-rotation'),
  of('GET', 'keys/:/rotation', KEY_MATERIAL_DECODERS['get-key-rotation'], 'get-key-rotation'),
  route('GET', 'keys/:/material', (request) => {
    const page = { limit: limitOf(request.query), ...present({ after: request.query.take('after') }) }
    const key = keyOf(request)
    const kind = 'list-key-rotations'
    return asked({ kind, keyReference: key }, { kind, key, everything: true, page })
  }),
  of('POST', 'keys/:/import-parameters', KEY_MATERIAL_DECODERS['get-import-parameters'], 'get-import-parameters'),
  of('POST', 'keys/:/import', KEY_MATERIAL_DECODERS['import-key-material'], 'import-key-material'),
  route('DELETE', 'keys/:/material', (request) => {
    const materialId = request.query.take('id')
    const key = keyOf(request)
    const kind = 'delete-imported-key-material'
    return asked({ kind, keyReference: key }, { kind, key, ...present({ materialId }) })
  }),
  of('GET', 'keys/:/aliases', KEY_DECODERS['list-aliases'], 'list-aliases'),
  of('POST', 'keys/:/aliases', KEY_DECODERS['set-alias'], 'set-alias'),
  route('DELETE', 'keys/:/aliases', (request) => {
    const alias = aliasOf(request.query.take('alias')) ?? badArgument('alias', 'is missing in the query')
    keyOf(request)
    return asked({ kind: 'remove-alias', keyReference: alias }, { kind: 'remove-alias', alias })
  }),
  of('GET', 'keys/:/grants', KEY_RIGHTS_DECODERS['list-grants'], 'list-grants'),
  of('POST', 'keys/:/grants', KEY_RIGHTS_DECODERS['create-grant'], 'create-grant'),
  route('DELETE', 'keys/:/grants', (request) => {
    const grantId = request.query.take('id') ?? badArgument('id', 'is missing in the query')
    const key = keyOf(request)
    return asked({ kind: 'revoke-grant', keyReference: key }, { kind: 'revoke-grant', key, grantId })
  }),
]

function keyOf(request: RouteRequest): string {
  request.query.end()
  return nameAt(request, 0)
}

const NOTHING = fieldsOf(new Map())

/** As the CLI has it, with the key in the path. */
function of<Kind extends OperationKind>(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  decoder: Decoder<Kind>,
  kind: Kind,
): Route {
  return route(method, path, (request) => {
    const key = keyOf(request)
    const given = targetReader({ take: (name) => (name === 'key' ? key : undefined), end: () => undefined })
    const { target, build } = decoder(given)
    if (method === 'GET') return asked({ kind, ...target }, build(NOTHING))
    return told({ kind, ...target }, request.view, build)
  })
}

function tagOf(item: Fields): readonly [key: string, value: string] {
  const tag = [item.text('key'), item.text('value')] as const
  item.end()
  return tag
}

/** `my-key` and `alias/my-key` are the same name. */
function aliasOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  return text.startsWith('alias/') ? text : `alias/${text}`
}

/** In spite of what depends on the key only with a confirmation that a person typed, and a reason. */
function scheduleDeletion(request: RouteRequest) {
  const key = keyOf(request)
  const kind = 'schedule-key-deletion'
  return told({ kind, keyReference: key }, request.view, (body) => {
    const days = body.optionalNumber('days', 7, SHRED_DAYS)
    const override = body.optionalObject('override')
    if (override === undefined) return { kind, key, pendingDays: days ?? SHRED_DAYS }
    const confirmed = confirmedShred(override)
    override.end()
    return { kind, key, pendingDays: SHRED_DAYS, shred: true, confirmed }
  })
}

/** `SHRED 790,101`: the count of object versions that the person was shown; and why. */
function confirmedShred(override: Fields): ConfirmedShred {
  const [, digits] = /^SHRED ([0-9][0-9,]*)$/.exec(override.text('confirm')) ?? []
  const versions = parseDecimal((digits ?? '').replaceAll(',', ''), { min: 0, max: Number.MAX_SAFE_INTEGER })
  if (versions === undefined) return badArgument('override.confirm', 'must be SHRED and the count')
  const reason = (override.optionalText('reason', MAX_REASON_CHARS) ?? '').trim()
  if (reason === '') return badArgument('override.reason', 'is empty')
  return { versions, reason }
}
