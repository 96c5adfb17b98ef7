import type { Fields } from '../fields.ts'
import { validationOf } from '../policy-language.ts'
import { badArgument } from '../target.ts'
import { asked, nameAt, route, told, toldAll, type Route } from './route.ts'

const MAX_CHECKS = 50
const MAX_CONTEXT_ENTRIES = 64

/** What one may oneself, and why not. */
export const RIGHT_ROUTES: readonly Route[] = [
  route('POST', 'authorize', ({ view, query }) => {
    query.end()
    return toldAll(view, (body) => ({
      target: { kind: 'check-rights' },
      operation: {
        kind: 'check-rights',
        checks: body.objects('checks', MAX_CHECKS).map((item) => {
          const check = { action: actionOf(item), resource: item.text('resource') }
          item.end()
          return check
        }),
      },
    }))
  }),
  route('POST', 'explain', ({ view, query }) => {
    query.end()
    return toldAll(view, (body) => {
      const requestId = body.optionalText('requestId')
      if (requestId !== undefined) {
        return { target: { kind: 'explain-request' }, operation: { kind: 'explain-request', requestId } }
      }
      const question = { action: actionOf(body), resource: body.text('resource'), context: contextOf(body) }
      const principal = body.optionalText('principal')
      if (principal === undefined || principal === '') {
        return { target: { kind: 'explain-own' }, operation: { kind: 'explain-own', ...question } }
      }
      return { target: { kind: 'explain-policy' }, operation: { kind: 'explain-policy', principal, ...question } }
    })
  }),
  route('POST', 'policies/validate', ({ view, query, vocabulary }) => {
    query.end()
    return told({ kind: 'validate-policy' }, view, (body) => validationOf(body, vocabulary))
  }),
  route('GET', 'jobs', ({ query }) => {
    query.end()
    return asked({ kind: 'list-jobs' }, { kind: 'list-jobs' })
  }),
  ...(['pause', 'resume', 'run'] as const).map((act) =>
    route('POST', `jobs/:/${act}`, (request) => {
      request.query.end()
      const job = nameAt(request, 0)
      return told({ kind: 'control-job' }, request.view, () => ({ kind: 'control-job', job, act }))
    }),
  ),
  route('GET', 'overview', ({ query }) => {
    query.take('region')
    query.end()
    return {
      target: { kind: 'get-overview' },
      requiresSigV4: false,
      build: () => ({ kind: 'get-overview' }),
    }
  }),
]

function actionOf(body: Fields): string {
  const text = body.text('action')
  return /^[a-z0-9-]+:[A-Za-z0-9]+$/.test(text) ? text : badArgument('action', 'must be one such as s3:PutObject')
}

/** Values of condition keys, each by its name; a name that comes again adds a value. */
function contextOf(body: Fields): Readonly<Record<string, readonly string[]>> {
  const entries = body.optionalObjects('context', MAX_CONTEXT_ENTRIES) ?? []
  const values = new Map<string, string[]>()
  for (const entry of entries) {
    const [key, value] = [entry.text('key'), entry.text('value')]
    entry.end()
    if (!/^[a-z0-9-]+:[\x21-\x7e]+$/i.test(key)) badArgument('context.key', 'is no condition key')
    values.set(key, [...(values.get(key) ?? []), value])
  }
  return Object.fromEntries(values)
}
