/** GetBucketNotificationConfiguration and PutBucketNotificationConfiguration. */
import {
  NOTIFICATION_EVENTS,
  refuse,
  type BucketName,
  type NotificationEvent,
  type NotificationRule,
  type OperationOf,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, parent } from '../../xml-writer.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const ROOT = 'NotificationConfiguration'
const SKIP = 'x-amz-skip-destination-validation'
const MAX_NOTIFICATION_BYTES = 256 * 1024

/** The element of each kind of target, and the one that names it there. */
const FORMS: Readonly<Record<NotificationRule['form'], readonly [rule: string, target: string]>> = {
  topic: ['TopicConfiguration', 'Topic'],
  queue: ['QueueConfiguration', 'Queue'],
  function: ['CloudFunctionConfiguration', 'CloudFunction'],
}
const FORM_NAMES = ['topic', 'queue', 'function'] as const

export function decodeGetBucketNotification(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-notification'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketNotification: Encoder<'get-bucket-notification'> = ({ result }, context) =>
  respondXml(context, ROOT, result.notification.rules.map(writeRule))

export function decodePutBucketNotification(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-notification'
  const { headers } = request.view
  const build = async (bytes: Uint8Array): Promise<OperationOf<typeof kind>> => {
    const root = await readLongXml(bytes, { root: ROOT, namespace: S3_NAMESPACE })
    const skipTestEvent = headers.get(SKIP)?.toLowerCase() === 'true'
    return { kind, bucket, notification: { rules: readRules(root) }, skipTestEvent }
  }
  const document = configurationDocument(headers, { maxBytes: MAX_NOTIFICATION_BYTES, required: true })
  return decoded(request, { kind, bucket }, build, { document })
}

function readRules(root: XmlElement): readonly NotificationRule[] {
  if (atMostOne(root, 'EventBridgeConfiguration') !== undefined) {
    refuse({ kind: 'not-implemented', detail: 'EventBridge is not implemented: events go to webhooks.' })
  }
  expectOnly(
    root,
    FORM_NAMES.map((form) => FORMS[form][0]),
  )
  return FORM_NAMES.flatMap((form) => every(root, FORMS[form][0]).map((rule) => readRule(rule, form)))
}

function readRule(rule: XmlElement, form: NotificationRule['form']): NotificationRule {
  const [, targetName] = FORMS[form]
  expectOnly(rule, ['Id', targetName, 'Event', 'Filter'])
  const id = atMostOne(rule, 'Id')
  return {
    id: id === undefined ? '' : textOf(id),
    form,
    target: settingOf(requireOne(rule, targetName)),
    events: every(rule, 'Event').map(readEvent),
    ...readFilter(rule),
  }
}

const EVENTS: ReadonlyMap<string, NotificationEvent> = new Map(NOTIFICATION_EVENTS.map((event) => [event, event]))

function readEvent(found: XmlElement): NotificationEvent {
  const text = settingOf(found)
  const event = EVENTS.get(text)
  if (event !== undefined) return event
  if (/^s3:[A-Za-z]+(?::|$)/.test(text)) {
    refuse({ kind: 'not-implemented', detail: 'This event is not told here.' })
  }
  return refuseArgument('Event', text, 'The event is not supported for notifications')
}

function readFilter(rule: XmlElement): Pick<NotificationRule, 'prefix' | 'suffix'> {
  const filter = atMostOne(rule, 'Filter')
  if (filter === undefined) return {}
  expectOnly(filter, ['S3Key'])
  const key = atMostOne(filter, 'S3Key')
  if (key === undefined) return {}
  expectOnly(key, ['FilterRule'])
  const said: { prefix?: string; suffix?: string } = {}
  for (const one of every(key, 'FilterRule')) {
    expectOnly(one, ['Name', 'Value'])
    const name = settingOf(requireOne(one, 'Name')).toLowerCase()
    if (name !== 'prefix' && name !== 'suffix') {
      return refuseArgument('FilterRule.Name', name, 'filter rule name must be either prefix or suffix')
    }
    if (said[name] !== undefined) {
      refuseArgument('FilterRule.Name', name, `Cannot specify more than one ${name} rule in a filter.`)
    }
    said[name] = textOf(requireOne(one, 'Value'))
  }
  return said
}

function writeRule(rule: NotificationRule): string {
  const [name, targetName] = FORMS[rule.form]
  const filters = [filterRule('prefix', rule.prefix), filterRule('suffix', rule.suffix)].filter((one) => one !== '')
  return parent(
    name,
    element('Id', rule.id),
    element(targetName, rule.target),
    ...rule.events.map((event) => element('Event', event)),
    filters.length === 0 ? '' : parent('Filter', parent('S3Key', ...filters)),
  )
}

function filterRule(name: string, value: string | undefined): string {
  return value === undefined ? '' : parent('FilterRule', element('Name', name), element('Value', value))
}

export const encodePutBucketNotification: Encoder<'put-bucket-notification'> = (_answer, context) =>
  respond(context, 200)
