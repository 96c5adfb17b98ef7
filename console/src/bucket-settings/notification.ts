import type { NotificationSetting } from '../api/shapes.ts'
import { DraftProblem, given, linesOf, needed, textOf, type Setting } from './setting.ts'

/** Who is told of what happens in the bucket; `targets`: what the server can tell. */
export function notification(targets: readonly string[]): Setting<NotificationSetting> {
  return {
    path: 'notification',
    title: 'notification',
    help: targets.length === 0 ? 'notificationNoTargets' : 'notificationHelp',
    removable: false,
    list: { most: 100 },
    fields: [
      { name: 'id', label: 'ruleId', kind: 'text' },
      { name: 'target', label: 'notificationTarget', kind: 'choice', options: targets.map((value) => ({ value })) },
      { name: 'events', label: 'notificationEvents', hint: 'notificationEventsHint', kind: 'lines' },
      { name: 'prefix', label: 'rulePrefix', hint: 'rulePrefixHint', kind: 'text' },
      { name: 'suffix', label: 'notificationSuffix', kind: 'text' },
    ],
    draftsOf: (value) =>
      (value?.rules ?? []).map(({ id, target, events, prefix, suffix }) => ({
        ...{ id: id ?? '', target, events: events.join('\n'), prefix: prefix ?? '', suffix: suffix ?? '' },
      })),
    bodyOf: (drafts, before) => ({
      rules: drafts.map((draft) => {
        const events = linesOf(draft['events'])
        if (events.length === 0) throw new DraftProblem('notificationEventNeeded')
        const id = textOf(draft['id'])
        return {
          ...given({ form: before?.rules.find((rule) => rule.id !== undefined && rule.id === id)?.form }),
          ...given({ id, prefix: textOf(draft['prefix']), suffix: textOf(draft['suffix']) }),
          target: needed(draft['target']),
          events,
        }
      }),
    }),
    lines: ({ rules }) =>
      rules.map(({ id, target, events }) =>
        [id, events.join(' '), target].filter((text) => text !== undefined).join(' · '),
      ),
  }
}
