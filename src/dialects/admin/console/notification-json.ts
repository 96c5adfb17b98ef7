import { NOTIFICATION_EVENTS, type BucketNotification, type NotificationRule } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument } from '../target.ts'
import type { NotificationJson } from './settings-wire.ts'

const MAX_RULES = 100
const MAX_ID_CHARS = 255
const MAX_FILTER_CHARS = 1_024

export function notificationOf(body: Fields): BucketNotification {
  return { rules: body.objects('rules', MAX_RULES).map(ruleOf) }
}

function ruleOf(body: Fields): NotificationRule {
  const events = body.optionalWords('events', NOTIFICATION_EVENTS) ?? []
  if (events.length === 0) badArgument('events', 'is missing')
  const rule: NotificationRule = {
    id: body.optionalText('id', MAX_ID_CHARS) ?? '',
    form: body.optionalWord('form', ['topic', 'queue', 'function']) ?? 'topic',
    target: body.text('target'),
    events,
    ...present({
      prefix: body.optionalText('prefix', MAX_FILTER_CHARS),
      suffix: body.optionalText('suffix', MAX_FILTER_CHARS),
    }),
  }
  body.end()
  return rule
}

export function notificationJson({ rules }: BucketNotification): NotificationJson {
  return {
    rules: rules.map(({ id, form, target, events, prefix, suffix }) => ({
      ...{ id, form, target, events },
      ...present({ prefix, suffix }),
    })),
  }
}
