/** The rules of a bucket's lifecycle as XML, in and out (OBS API reference, "Configuring bucket lifecycle rules"). */
import { parseDecimal } from '../../http/index.ts'
import {
  refuse,
  type LifecycleRule,
  type NoncurrentExpiration,
  type RuleExpiration,
  type RuleFilter,
  type RuleTime,
} from '../../operations/index.ts'
import { parseIsoDate } from '../iso-date.ts'
import { isoTime } from '../iso-time.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { element, parent } from '../xml-writer.ts'
import { atMostOne, every, expectOnly, requireOne, settingOf, textOf, type XmlElement } from '../xml.ts'
import { classOutward, classRead, type ObsFace } from './face.ts'
import { classNamed, shownClass } from './storage-class.ts'

const MAX_RULES = 1_000
const MAX_DAYS = 2_147_483_647
const DAY_MS = 24 * 60 * 60 * 1_000
const RULE_PARTS = [
  ...['ID', 'Prefix', 'Filter', 'Status', 'Expiration', 'Transition', 'NoncurrentVersionExpiration'],
  ...['NoncurrentVersionTransition', 'AbortIncompleteMultipartUpload'],
]

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

export function readLifecycleRules(root: XmlElement, face: ObsFace): readonly LifecycleRule[] {
  expectOnly(root, ['Rule'])
  const rules = every(root, 'Rule')
  if (rules.length === 0 || rules.length > MAX_RULES) malformed(`1 to ${MAX_RULES} rules`)
  return rules.map((rule) => readRule(rule, face))
}

function readRule(rule: XmlElement, face: ObsFace): LifecycleRule {
  expectOnly(rule, RULE_PARTS)
  const id = atMostOne(rule, 'ID')
  const status = settingOf(requireOne(rule, 'Status'))
  if (status !== 'Enabled' && status !== 'Disabled') malformed('Status is Enabled or Disabled')
  const [expiration, ended, aborted] = [
    atMostOne(rule, 'Expiration'),
    atMostOne(rule, 'NoncurrentVersionExpiration'),
    atMostOne(rule, 'AbortIncompleteMultipartUpload'),
  ]
  const made: LifecycleRule = {
    ...{ id: id === undefined ? '' : textOf(id), enabled: status === 'Enabled', ...readFilter(rule) },
    ...(expiration === undefined ? {} : { expiration: readExpiration(expiration) }),
    ...(ended === undefined ? {} : { noncurrentExpiration: readNoncurrent(ended) }),
    ...(aborted === undefined ? {} : { abortUploads: readAbort(aborted) }),
    transitions: every(rule, 'Transition').map((found) => {
      expectOnly(found, ['Days', 'Date', 'StorageClass'])
      return { time: readTime(found), storageClass: classIn(found, face) }
    }),
    noncurrentTransitions: every(rule, 'NoncurrentVersionTransition').map((found) => {
      expectOnly(found, ['NoncurrentDays', 'StorageClass'])
      return { days: daysIn(found, 'NoncurrentDays'), storageClass: classIn(found, face) }
    }),
  }
  const acts = [expiration, ended, aborted].some((one) => one !== undefined)
  if (!acts && made.transitions.length === 0 && made.noncurrentTransitions.length === 0) {
    malformed('a rule does something')
  }
  return made
}

function readFilter(rule: XmlElement): Pick<LifecycleRule, 'filter' | 'filterForm'> {
  const [direct, filter] = [atMostOne(rule, 'Prefix'), atMostOne(rule, 'Filter')]
  if (direct !== undefined && filter === undefined) {
    return { filter: { prefix: textOf(direct), tags: [] }, filterForm: 'rule-prefix' }
  }
  if (filter === undefined || direct !== undefined) return malformed('a rule has either Filter or Prefix')
  if (filter.children.length > 1) malformed('more than one condition has to stand in And')
  const and = atMostOne(filter, 'And')
  return and === undefined
    ? { filter: readConditions(filter), filterForm: 'plain' }
    : { filter: readConditions(and), filterForm: 'and' }
}

function readConditions(from: XmlElement): RuleFilter {
  expectOnly(from, ['Prefix', 'Tag'])
  const prefix = atMostOne(from, 'Prefix')
  const tags = every(from, 'Tag').map((tag) => {
    expectOnly(tag, ['Key', 'Value'])
    return [textOf(requireOne(tag, 'Key')), textOf(requireOne(tag, 'Value'))] as const
  })
  if (new Set(tags.map(([key]) => key)).size !== tags.length) malformed('a key of a tag comes twice')
  return prefix === undefined ? { tags } : { tags, prefix: textOf(prefix) }
}

function daysIn(from: XmlElement, name: string): number {
  const text = settingOf(requireOne(from, name))
  return parseDecimal(text, { min: 1, max: MAX_DAYS }) ?? refuseArgument(name, text, `${name} is a number from 1`)
}

/** `Days`, or a `Date` at midnight UTC. */
function readTime(from: XmlElement): RuleTime {
  const date = atMostOne(from, 'Date')
  if (date === undefined) return { kind: 'days', days: daysIn(from, 'Days') }
  if (atMostOne(from, 'Days') !== undefined) malformed('either Days or Date')
  const text = settingOf(date)
  const atMs = parseIsoDate(text) ?? malformed('Date is a date of ISO 8601')
  if (atMs % DAY_MS !== 0) refuseArgument('Date', text, 'Date is at midnight UTC')
  return { kind: 'date', date: { atMs, text } }
}

function readExpiration(found: XmlElement): RuleExpiration {
  expectOnly(found, ['Days', 'Date', 'ExpiredObjectDeleteMarker'])
  const marker = atMostOne(found, 'ExpiredObjectDeleteMarker')
  if (marker === undefined || settingOf(marker) === 'false') return readTime(found)
  return settingOf(marker) === 'true' && found.children.length === 1
    ? { kind: 'expired-delete-marker' }
    : malformed('ExpiredObjectDeleteMarker is true, and stands alone')
}

function readNoncurrent(found: XmlElement): NoncurrentExpiration {
  expectOnly(found, ['NoncurrentDays'])
  return { days: daysIn(found, 'NoncurrentDays') }
}

function readAbort(found: XmlElement): RuleTime {
  expectOnly(found, ['DaysAfterInitiation'])
  return { kind: 'days', days: daysIn(found, 'DaysAfterInitiation') }
}

function classIn(found: XmlElement, face: ObsFace): string {
  const storageClass = classNamed(classRead(face, settingOf(requireOne(found, 'StorageClass'))))
  return storageClass === 'STANDARD' ? malformed('objects are not moved to STANDARD') : storageClass
}

/** What the root of the answer holds. */
export function writeLifecycleRules(rules: readonly LifecycleRule[], face: ObsFace): readonly string[] {
  const shown = (storageClass: string): string => element('StorageClass', classOutward(face, shownClass(storageClass)))
  return rules.map((rule) =>
    parent(
      'Rule',
      element('ID', rule.id),
      writeFilter(rule),
      element('Status', rule.enabled ? 'Enabled' : 'Disabled'),
      ...rule.transitions.map((one) => parent('Transition', writeTime(one.time), shown(one.storageClass))),
      rule.expiration === undefined ? '' : parent('Expiration', writeExpiration(rule.expiration)),
      ...rule.noncurrentTransitions.map((one) =>
        parent('NoncurrentVersionTransition', element('NoncurrentDays', one.days), shown(one.storageClass)),
      ),
      rule.noncurrentExpiration === undefined
        ? ''
        : parent('NoncurrentVersionExpiration', element('NoncurrentDays', rule.noncurrentExpiration.days)),
      rule.abortUploads?.kind === 'days'
        ? parent('AbortIncompleteMultipartUpload', element('DaysAfterInitiation', rule.abortUploads.days))
        : '',
    ),
  )
}

function writeFilter({ filter, filterForm }: LifecycleRule): string {
  if (filterForm === 'rule-prefix' && filter.tags.length === 0) return element('Prefix', filter.prefix ?? '')
  const conditions = [
    ...(filter.prefix === undefined ? [] : [element('Prefix', filter.prefix)]),
    ...filter.tags.map(([key, value]) => parent('Tag', element('Key', key), element('Value', value))),
  ]
  return filterForm === 'and' || conditions.length > 1
    ? parent('Filter', parent('And', ...conditions))
    : parent('Filter', ...conditions)
}

function writeTime(time: RuleTime): string {
  return time.kind === 'days' ? element('Days', time.days) : element('Date', isoTime(time.date.atMs))
}

function writeExpiration(expiration: RuleExpiration): string {
  return expiration.kind === 'expired-delete-marker'
    ? element('ExpiredObjectDeleteMarker', true)
    : writeTime(expiration)
}
