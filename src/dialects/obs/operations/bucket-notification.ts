/** ?notification of a bucket: events go to the webhooks that the operator configured. */
import {
  NOTIFICATION_EVENTS,
  type BucketName,
  type NotificationEvent,
  type NotificationRule,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { element, parent } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import type { ObsFace } from '../face.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'

const ROOT = 'NotificationConfiguration'
const MAX_NOTIFICATION_BYTES = 256 * 1024
const TOPIC = ['TopicConfiguration', 'Topic'] as const
const FUNCTION = ['FunctionGraphConfiguration', 'FunctionGraph'] as const
const FORMS = [
  ['topic', ...TOPIC],
  ['function', ...FUNCTION],
] as const

export function decodeGetBucketNotification(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-notification'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketNotification: Encoder<'get-bucket-notification'> = ({ result }, context) =>
  respondXml(
    context,
    ROOT,
    result.notification.rules.map((rule) => writeRule(rule, context.face)),
  )

export function decodePutBucketNotification(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-notification'
  const build: Decoded['build'] = async (bytes) => {
    const root = await readLongXml(bytes, { root: ROOT, namespace: REQUEST_NAMESPACE })
    expectOnly(
      root,
      FORMS.map(([, name]) => name),
    )
    const rules = FORMS.flatMap(([form, name, target]) =>
      every(root, name).map((rule) => readRule(rule, { form, target, face: request.face })),
    )
    return { kind, bucket, notification: { rules }, skipTestEvent: false }
  }
  const document = wantedDocument(request.headers, { maxBytes: MAX_NOTIFICATION_BYTES })
  return decoded(request, { kind, bucket }, build, document)
}

export const encodePutBucketNotification: Encoder<'put-bucket-notification'> = (_answer, context) =>
  respond(context, 200)

function readRule(
  rule: XmlElement,
  { form, target, face }: { readonly form: 'topic' | 'function'; readonly target: string; readonly face: ObsFace },
): NotificationRule {
  expectOnly(rule, ['Id', 'Filter', target, 'Event'])
  const id = atMostOne(rule, 'Id')
  return {
    id: id === undefined ? '' : textOf(id),
    form,
    target: settingOf(requireOne(rule, target)),
    events: every(rule, 'Event').map(readEvent),
    ...readFilter(atMostOne(rule, 'Filter'), filterName(face)),
  }
}

const EVENTS: ReadonlyMap<string, NotificationEvent> = new Map(
  NOTIFICATION_EVENTS.flatMap((event) => [[event, event] as const, [event.replace(/^s3:/, ''), event] as const]),
)

/** Without a prefix; a client that fell back writes Amazon's. */
function readEvent(found: XmlElement): NotificationEvent {
  const text = settingOf(found)
  return EVENTS.get(text) ?? refuseArgument('Event', text, 'This event is not told.')
}

function filterName(face: ObsFace): 'Object' | 'S3Key' {
  return face === 'amz' ? 'S3Key' : 'Object'
}

function readFilter(filter: XmlElement | undefined, name: string): Pick<NotificationRule, 'prefix' | 'suffix'> {
  if (filter === undefined) return {}
  expectOnly(filter, [name])
  const key = atMostOne(filter, name)
  if (key === undefined) return {}
  expectOnly(key, ['FilterRule'])
  const said: { prefix?: string; suffix?: string } = {}
  for (const one of every(key, 'FilterRule')) {
    expectOnly(one, ['Name', 'Value'])
    const field = settingOf(requireOne(one, 'Name')).toLowerCase()
    if (field !== 'prefix' && field !== 'suffix') {
      return refuseArgument('FilterRule.Name', field, 'The name of a filter rule is prefix or suffix.')
    }
    if (said[field] !== undefined) refuseArgument('FilterRule.Name', field, `There is one ${field} at most.`)
    said[field] = textOf(requireOne(one, 'Value'))
  }
  return said
}

/** What was put as a queue, which OBS has not, is shown as a topic. */
function writeRule(rule: NotificationRule, face: ObsFace): string {
  const [name, target] = rule.form === 'function' ? FUNCTION : TOPIC
  const filters = [filterRule('prefix', rule.prefix), filterRule('suffix', rule.suffix)].filter((one) => one !== '')
  return parent(
    name,
    element('Id', rule.id),
    filters.length === 0 ? '' : parent('Filter', parent(filterName(face), ...filters)),
    element(target, rule.target),
    ...rule.events.map((event) => element('Event', face === 'amz' ? event : event.replace(/^s3:/, ''))),
  )
}

function filterRule(name: string, value: string | undefined): string {
  return value === undefined ? '' : parent('FilterRule', element('Name', name), element('Value', value))
}
