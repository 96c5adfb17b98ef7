import { parseDecimal } from '../../../http/index.ts'
import { present } from '../../present.ts'
import { MAX_AUDIT_RECORDS } from '../audit-decoders.ts'
import { instantOf } from '../instant.ts'
import { badArgument, type Parameters } from '../target.ts'
import { asked, limitOf, nameAt, numberOf, route, told, type Route } from './route.ts'

/** What happened: events by pages, proofs, the whole verified, and exported. */
export const AUDIT_ROUTES: readonly Route[] = [
  route('GET', 'audit/events', ({ query }) => {
    const limit = limitOf(query)
    const cursor = cursorOf(query.take('after'))
    const filters = {
      action: filter(query, 'action'),
      resource: filter(query, 'resource'),
      caller: filter(query, 'caller'),
      key: filter(query, 'usedKey'),
      requestId: filter(query, 'requestId'),
      outcome: outcomeOf(filter(query, 'outcome')),
      sinceMs: instantOf('since', filter(query, 'since')),
      untilMs: instantOf('until', filter(query, 'until')),
    }
    query.end()
    const operation = { kind: 'search-audit', ...present(filters), ...cursor, limit } as const
    return asked({ kind: 'search-audit' }, operation)
  }),
  route('GET', 'audit/events/:/proof', (request) => {
    request.query.end()
    return asked({ kind: 'prove-audit' }, { kind: 'prove-audit', id: nameAt(request, 0) })
  }),
  route('POST', 'audit/verifications', ({ query, view }) => {
    query.end()
    return told({ kind: 'verify-audit' }, view, (body) => ({
      ...{ kind: 'verify-audit' },
      ...present({ checkpoints: body.optionalText('checkpoints') }),
    }))
  }),
  route('GET', 'audit/exports', ({ query }) => {
    const format = query.take('format') ?? 'cloudtrail'
    if (format !== 'cloudtrail' && format !== 'ledger') badArgument('format', 'must be cloudtrail or ledger')
    const from = numberOf(query, 'after', 0, Number.MAX_SAFE_INTEGER) ?? 0
    const limit = numberOf(query, 'limit', 1, MAX_AUDIT_RECORDS) ?? MAX_AUDIT_RECORDS
    const times = { sinceMs: instantOf('since', query.take('since')), untilMs: instantOf('until', query.take('until')) }
    query.end()
    const operation = { kind: 'export-audit', format, from, limit, ...present(times) } as const
    return asked({ kind: 'export-audit' }, operation)
  }),
  route('GET', 'audit/checkpoint', ({ query }) => {
    query.end()
    return asked({ kind: 'get-audit-checkpoint' }, { kind: 'get-audit-checkpoint' })
  }),
]

/** An empty filter is none: the fields of a page are empty until somebody types. */
function filter(query: Parameters, name: string): string | undefined {
  const text = query.take(name)
  return text === '' ? undefined : text
}

function outcomeOf(text: string | undefined) {
  if (text === undefined) return undefined
  const found = (['done', 'refused', 'failed'] as const).find((one) => one === text)
  return found ?? badArgument('outcome', 'must be one of done, refused, failed')
}

/** Until the time of the last record that was shown, passing over those of that millisecond that were shown too. */
function cursorOf(text: string | undefined) {
  if (text === undefined) return {}
  const [, digits, passed] = /^([0-9]{1,15})\.([0-9]{1,4})$/.exec(text) ?? []
  const untilMs = parseDecimal(digits ?? '', { min: 0, max: Number.MAX_SAFE_INTEGER })
  const skip = parseDecimal(passed ?? '', { min: 0, max: 9_999 })
  if (untilMs === undefined || skip === undefined) return badArgument('after', 'was not given by a list of this kind')
  return { untilMs: untilMs + 1, skip }
}
