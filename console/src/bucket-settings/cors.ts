import type { CorsSetting } from '../api/shapes.ts'
import { DraftProblem, given, linesOf, numberOf, textOf, type Setting } from './setting.ts'

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'] as const

/** Which pages of other origins may use the bucket. */
export const CORS: Setting<CorsSetting> = {
  path: 'cors',
  title: 'cors',
  help: 'corsHelp',
  removable: true,
  list: { most: 100 },
  fields: [
    { name: 'id', label: 'ruleId', kind: 'text' },
    { name: 'origins', label: 'corsOrigins', hint: 'onePerLine', kind: 'lines' },
    { name: 'methods', label: 'corsMethods', hint: 'corsMethodsHint', kind: 'lines' },
    { name: 'headers', label: 'corsHeaders', hint: 'onePerLine', kind: 'lines' },
    { name: 'exposed', label: 'corsExposed', hint: 'onePerLine', kind: 'lines' },
    { name: 'maxAge', label: 'corsMaxAge', kind: 'number' },
  ],
  draftsOf: (value) =>
    value === undefined
      ? [{}]
      : value.rules.map((rule) => ({
          id: rule.id ?? '',
          origins: rule.allowedOrigins.join('\n'),
          methods: rule.allowedMethods.join('\n'),
          headers: rule.allowedHeaders.join('\n'),
          exposed: rule.exposeHeaders.join('\n'),
          maxAge: rule.maxAgeSeconds === undefined ? '' : String(rule.maxAgeSeconds),
        })),
  bodyOf: (drafts, before) => {
    if (drafts.length === 0) throw new DraftProblem('ruleNeeded')
    const rules = drafts.map((draft) => {
      const allowedOrigins = linesOf(draft['origins'])
      const allowedMethods = linesOf(draft['methods']).map(methodOf)
      if (allowedOrigins.length === 0 || allowedMethods.length === 0) throw new DraftProblem('corsIncomplete')
      return {
        ...given({ id: textOf(draft['id']), maxAgeSeconds: numberOf(draft['maxAge']) }),
        ...{ allowedOrigins, allowedMethods },
        allowedHeaders: linesOf(draft['headers']),
        exposeHeaders: linesOf(draft['exposed']),
      }
    })
    return { rules, ...given({ alwaysVary: before?.alwaysVary }) }
  },
  lines: ({ rules }) =>
    rules.map(({ id, allowedOrigins, allowedMethods }) =>
      [id, allowedMethods.join(' '), allowedOrigins.join(' ')].filter((text) => text !== undefined).join(' · '),
    ),
}

function methodOf(text: string): (typeof METHODS)[number] {
  const found = METHODS.find((one) => one === text.toUpperCase())
  if (found === undefined) throw new DraftProblem('corsMethodUnknown')
  return found
}
