import type { LifecycleSetting } from '../api/shapes.ts'
import { DraftProblem, given, linesOf, numberOf, textOf, type Draft, type Setting } from './setting.ts'

type Rule = LifecycleSetting['rules'][number]

/** What ends by itself, and when. What a rule says besides these fields stays as it is. */
export const LIFECYCLE: Setting<LifecycleSetting> = {
  path: 'lifecycle',
  title: 'lifecycle',
  help: 'lifecycleHelp',
  removable: true,
  list: { most: 1_000 },
  fields: [
    { name: 'id', label: 'ruleId', kind: 'text' },
    { name: 'enabled', label: 'ruleEnabled', kind: 'flag' },
    { name: 'prefix', label: 'rulePrefix', hint: 'rulePrefixHint', kind: 'text' },
    { name: 'tags', label: 'ruleTags', hint: 'tagsHint', kind: 'lines' },
    { name: 'days', label: 'lifecycleDays', kind: 'number' },
    { name: 'noncurrentDays', label: 'lifecycleNoncurrent', kind: 'number' },
    { name: 'abortDays', label: 'lifecycleAbort', kind: 'number' },
  ],
  draftsOf: (value) => (value === undefined ? [{ enabled: 'true' }] : value.rules.map(draftOf)),
  bodyOf: (drafts, before) => {
    if (drafts.length === 0) throw new DraftProblem('ruleNeeded')
    const rules = drafts.map((draft) =>
      ruleOf(
        draft,
        before?.rules.find(({ id }) => id !== undefined && id === draft['id']),
      ),
    )
    return { rules, ...given({ transitionMinimum: before?.transitionMinimum }) }
  },
  lines: ({ rules }, { say }) =>
    rules.map((rule) =>
      [
        rule.id,
        rule.enabled ? say('ruleOn') : say('ruleOff'),
        rule.prefix ?? say('ruleEverything'),
        rule.expiration?.days === undefined ? undefined : say('lifecycleLine', { days: rule.expiration.days }),
        rule.noncurrentExpiration === undefined
          ? undefined
          : say('lifecycleNoncurrentLine', { days: rule.noncurrentExpiration.days }),
        rule.abortUploads?.days === undefined ? undefined : say('lifecycleAbortLine', { days: rule.abortUploads.days }),
      ]
        .filter((text) => text !== undefined && text !== '')
        .join(' · '),
    ),
}

function draftOf(rule: Rule): Draft {
  const days = (count: number | undefined): string => (count === undefined ? '' : String(count))
  return {
    id: rule.id ?? '',
    enabled: rule.enabled ? 'true' : '',
    prefix: rule.prefix ?? '',
    tags: (rule.tags ?? []).map(({ key, value }) => `${key}=${value}`).join('\n'),
    days: days(rule.expiration?.days),
    noncurrentDays: days(rule.noncurrentExpiration?.days),
    abortDays: days(rule.abortUploads?.days),
  }
}

function ruleOf(draft: Draft, before: Rule | undefined): object {
  const [days, noncurrent, abort] = ['days', 'noncurrentDays', 'abortDays'].map((name) => numberOf(draft[name]))
  const tags = linesOf(draft['tags']).map(tagOf)
  // A date, a marker or a transition has no field here; what was put by another client is not lost.
  const { expiration, noncurrentExpiration, abortUploads } = before ?? {}
  const shown = new Set(['id', 'enabled', 'prefix', 'tags', 'expiration', 'noncurrentExpiration', 'abortUploads'])
  return {
    ...Object.fromEntries(Object.entries(before ?? {}).filter(([name]) => !shown.has(name))),
    ...given({ id: textOf(draft['id']), prefix: textOf(draft['prefix']) }),
    enabled: draft['enabled'] === 'true',
    ...(tags.length === 0 ? {} : { tags }),
    ...given({
      expiration: days === undefined ? withoutDays(expiration) : { days },
      noncurrentExpiration: noncurrent === undefined ? undefined : { ...noncurrentExpiration, days: noncurrent },
      abortUploads: abort === undefined ? withoutDays(abortUploads) : { days: abort },
    }),
  }
}

function withoutDays<Time extends { readonly days?: number }>(time: Time | undefined): Time | undefined {
  return time === undefined || time.days !== undefined ? undefined : time
}

/** `key=value`; only the first sign of equality divides. */
export function tagOf(line: string): { readonly key: string; readonly value: string } {
  const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(line) ?? []
  if (key === '') throw new DraftProblem('tagForm')
  return { key: key.trim(), value: value.trim() }
}
