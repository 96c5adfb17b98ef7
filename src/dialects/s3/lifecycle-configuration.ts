/** The rules of a bucket's lifecycle as XML, in and out (S3 PutBucketLifecycleConfiguration). */
import { parseDecimal } from '../../http/index.ts'
import {
  refuse,
  type LifecycleRule,
  type NoncurrentExpiration,
  type NoncurrentTransition,
  type RuleDate,
  type RuleExpiration,
  type RuleFilter,
  type RuleTime,
  type RuleTransition,
} from '../../operations/index.ts'
import { parseIsoDate } from '../iso-date.ts'
import { isoTime } from '../iso-time.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { element, parent } from '../xml-writer.ts'
import { atMostOne, every, expectOnly, requireOne, settingOf, textOf, type XmlElement } from '../xml.ts'

const MAX_RULES = 1_000
const MAX_DAYS = 2_147_483_647
const MAX_NEWER_VERSIONS = 100
const MAX_SIZE = Number.MAX_SAFE_INTEGER
const DAY_MS = 24 * 60 * 60 * 1_000
/** Classes into which rules may move, and the days that an object must have had before. */
const TRANSITION_CLASSES: ReadonlyMap<string, number> = new Map([
  ['STANDARD_IA', 30],
  ['ONEZONE_IA', 30],
  ['INTELLIGENT_TIERING', 0],
  ['GLACIER_IR', 0],
  ['GLACIER', 0],
  ['DEEP_ARCHIVE', 0],
])

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

function invalid(detail: string): never {
  return refuse({ kind: 'invalid-request', detail })
}

export function readLifecycleRules(root: XmlElement): readonly LifecycleRule[] {
  expectOnly(root, ['Rule'])
  const rules = every(root, 'Rule')
  if (rules.length === 0 || rules.length > MAX_RULES) malformed(`1 to ${MAX_RULES} rules`)
  return rules.map(readRule)
}

const RULE_PARTS = [
  ...['ID', 'Prefix', 'Filter', 'Status', 'Expiration', 'Transition', 'NoncurrentVersionExpiration'],
  ...['NoncurrentVersionTransition', 'AbortIncompleteMultipartUpload'],
]

function readRule(rule: XmlElement): LifecycleRule {
  expectOnly(rule, RULE_PARTS)
  const id = atMostOne(rule, 'ID')
  const status = settingOf(requireOne(rule, 'Status'))
  if (status !== 'Enabled' && status !== 'Disabled') malformed('Status is Enabled or Disabled')
  const made: LifecycleRule = {
    id: id === undefined ? '' : textOf(id),
    enabled: status === 'Enabled',
    ...readFilter(rule),
    ...optional('expiration', readExpiration(rule)),
    ...optional('noncurrentExpiration', readNoncurrent(rule)),
    ...optional('abortUploads', readAbort(rule)),
    transitions: every(rule, 'Transition').map(readTransition),
    noncurrentTransitions: every(rule, 'NoncurrentVersionTransition').map(readNoncurrentTransition),
  }
  checkRule(made)
  return made
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in Name]?: Value })
}

function checkRule(rule: LifecycleRule): void {
  const { expiration, noncurrentExpiration, abortUploads, transitions, noncurrentTransitions, filter } = rule
  const nothing = (expiration ?? noncurrentExpiration ?? abortUploads) === undefined
  if (nothing && transitions.length === 0 && noncurrentTransitions.length === 0) {
    invalid('At least one action needs to be specified in a rule')
  }
  const aboutMore =
    filter.tags.length > 0 || filter.largerThanBytes !== undefined || filter.smallerThanBytes !== undefined
  if (aboutMore && abortUploads !== undefined) {
    invalid('AbortIncompleteMultipartUpload cannot be specified with Tags or object sizes')
  }
  if (aboutMore && expiration?.kind === 'expired-delete-marker') {
    invalid('ExpiredObjectDeleteMarker cannot be specified with Tags or object sizes')
  }
  checkClasses(transitions)
  checkClasses(noncurrentTransitions)
  const times = [...(expiration === undefined ? [] : [expiration]), ...transitions.map(({ time }) => time)]
  if (times.some(({ kind }) => kind === 'date') && times.some(({ kind }) => kind === 'days')) {
    invalid("Found mixed 'Date' and 'Days' based Expiration and Transition actions in one rule")
  }
  for (const { time } of transitions) checkOrder(time, expiration)
  for (const { days } of noncurrentTransitions) {
    if (noncurrentExpiration !== undefined && noncurrentExpiration.days <= days) tooEarly('NoncurrentDays')
  }
}

function checkClasses(transitions: readonly { readonly storageClass: string }[]): void {
  const classes = transitions.map(({ storageClass }) => storageClass)
  if (new Set(classes).size !== classes.length) invalid("'StorageClass' must be different for 'Transition' actions")
}

function checkOrder(time: RuleTime, expiration: RuleExpiration | undefined): void {
  if (time.kind === 'days' && expiration?.kind === 'days' && expiration.days <= time.days) tooEarly('Days')
  if (time.kind === 'date' && expiration?.kind === 'date' && expiration.date.atMs <= time.date.atMs) tooEarly('Date')
}

function tooEarly(name: string): never {
  return refuseArgument(
    name,
    undefined,
    `'${name}' in the Expiration action must be greater than in the Transition action`,
  )
}

function readFilter(rule: XmlElement): Pick<LifecycleRule, 'filter' | 'filterForm'> {
  const [direct, filter] = [atMostOne(rule, 'Prefix'), atMostOne(rule, 'Filter')]
  if (direct !== undefined && filter === undefined) {
    return { filter: { prefix: textOf(direct), tags: [] }, filterForm: 'rule-prefix' }
  }
  if (filter === undefined || direct !== undefined) return malformed('a rule has either Filter or Prefix')
  if (filter.children.length > 1) malformed('more than one condition has to stand in And')
  const and = atMostOne(filter, 'And')
  if (and === undefined) return { filter: readConditions(filter, 'Tag'), filterForm: 'plain' }
  return { filter: readConditions(and, 'Tag'), filterForm: 'and' }
}

function readConditions(from: XmlElement, tagName: string): RuleFilter {
  expectOnly(from, ['Prefix', tagName, 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'])
  const prefix = atMostOne(from, 'Prefix')
  const tags = every(from, tagName).map((tag) => {
    expectOnly(tag, ['Key', 'Value'])
    return [textOf(requireOne(tag, 'Key')), textOf(requireOne(tag, 'Value'))] as const
  })
  if (new Set(tags.map(([key]) => key)).size !== tags.length) invalid('Duplicate Tag Keys are not allowed.')
  const largerThanBytes = numberOf(from, 'ObjectSizeGreaterThan', 0, MAX_SIZE)
  const smallerThanBytes = numberOf(from, 'ObjectSizeLessThan', 1, MAX_SIZE)
  if (largerThanBytes !== undefined && smallerThanBytes !== undefined && smallerThanBytes <= largerThanBytes) {
    invalid('ObjectSizeLessThan has to be greater than ObjectSizeGreaterThan')
  }
  return {
    tags,
    ...optional('prefix', prefix === undefined ? undefined : textOf(prefix)),
    ...optional('largerThanBytes', largerThanBytes),
    ...optional('smallerThanBytes', smallerThanBytes),
  }
}

function numberOf(from: XmlElement, name: string, min: number, max: number): number | undefined {
  const found = atMostOne(from, name)
  if (found === undefined) return undefined
  const text = settingOf(found)
  return (
    parseDecimal(text, { min, max }) ?? refuseArgument(name, text, `'${name}' has to be a whole number from ${min}`)
  )
}

function requiredNumber(from: XmlElement, name: string, min: number, max: number): number {
  return numberOf(from, name, min, max) ?? malformed(`${from.name} needs ${name}`)
}

function readDate(found: XmlElement): RuleDate {
  const text = settingOf(found)
  const atMs = parseIsoDate(text) ?? malformed('Date is a date of ISO 8601')
  if (atMs % DAY_MS !== 0) refuseArgument('Date', text, "'Date' must be at midnight GMT")
  return { atMs, text }
}

function readTime(from: XmlElement, minDays: number): RuleTime | undefined {
  const date = atMostOne(from, 'Date')
  const days = numberOf(from, 'Days', minDays, MAX_DAYS)
  if (date !== undefined && days !== undefined) malformed('either Days or Date')
  if (date !== undefined) return { kind: 'date', date: readDate(date) }
  return days === undefined ? undefined : { kind: 'days', days }
}

function readExpiration(rule: XmlElement): RuleExpiration | undefined {
  const found = atMostOne(rule, 'Expiration')
  if (found === undefined) return undefined
  expectOnly(found, ['Days', 'Date', 'ExpiredObjectDeleteMarker'])
  const time = readTime(found, 1)
  const marker = atMostOne(found, 'ExpiredObjectDeleteMarker')
  const flag = marker === undefined ? 'false' : settingOf(marker)
  if (flag !== 'true' && flag !== 'false') malformed('ExpiredObjectDeleteMarker is true or false')
  if (flag === 'false') return time ?? (marker === undefined ? malformed('Expiration says nothing') : undefined)
  return time === undefined ? { kind: 'expired-delete-marker' } : malformed('ExpiredObjectDeleteMarker stands alone')
}

function readAbort(rule: XmlElement): RuleTime | undefined {
  const found = atMostOne(rule, 'AbortIncompleteMultipartUpload')
  if (found === undefined) return undefined
  expectOnly(found, ['DaysAfterInitiation'])
  return { kind: 'days', days: requiredNumber(found, 'DaysAfterInitiation', 1, MAX_DAYS) }
}

function readNoncurrent(rule: XmlElement): NoncurrentExpiration | undefined {
  const found = atMostOne(rule, 'NoncurrentVersionExpiration')
  if (found === undefined) return undefined
  expectOnly(found, ['NoncurrentDays', 'NewerNoncurrentVersions'])
  return {
    days: requiredNumber(found, 'NoncurrentDays', 1, MAX_DAYS),
    ...optional('newerVersions', numberOf(found, 'NewerNoncurrentVersions', 1, MAX_NEWER_VERSIONS)),
  }
}

function readTransition(found: XmlElement): RuleTransition {
  expectOnly(found, ['Days', 'Date', 'StorageClass'])
  const time = readTime(found, 0) ?? malformed('Transition needs Days or Date')
  return { time, storageClass: classOf(found, time.kind === 'days' ? time.days : undefined) }
}

function readNoncurrentTransition(found: XmlElement): NoncurrentTransition {
  expectOnly(found, ['NoncurrentDays', 'NewerNoncurrentVersions', 'StorageClass'])
  const days = requiredNumber(found, 'NoncurrentDays', 0, MAX_DAYS)
  return {
    days,
    storageClass: classOf(found, days),
    ...optional('newerVersions', numberOf(found, 'NewerNoncurrentVersions', 1, MAX_NEWER_VERSIONS)),
  }
}

function classOf(found: XmlElement, days: number | undefined): string {
  const text = settingOf(requireOne(found, 'StorageClass'))
  const least = TRANSITION_CLASSES.get(text) ?? malformed('this is no class to which objects can be moved')
  if (days !== undefined && days < least) {
    refuseArgument('Days', String(days), `'Days' has to be at least ${least} for the storage class '${text}'`)
  }
  return text
}

export function writeLifecycleRules(rules: readonly LifecycleRule[]): readonly string[] {
  return rules.map((rule) =>
    parent(
      'Rule',
      element('ID', rule.id),
      writeFilter(rule),
      element('Status', rule.enabled ? 'Enabled' : 'Disabled'),
      ...rule.transitions.map(({ time, storageClass }) =>
        parent('Transition', writeTime(time), element('StorageClass', storageClass)),
      ),
      rule.expiration === undefined ? '' : parent('Expiration', writeExpiration(rule.expiration)),
      ...rule.noncurrentTransitions.map((one) =>
        parent('NoncurrentVersionTransition', writeNoncurrent(one), element('StorageClass', one.storageClass)),
      ),
      rule.noncurrentExpiration === undefined
        ? ''
        : parent('NoncurrentVersionExpiration', writeNoncurrent(rule.noncurrentExpiration)),
      rule.abortUploads === undefined ? '' : writeAbort(rule.abortUploads),
    ),
  )
}

function writeFilter({ filter, filterForm }: LifecycleRule): string {
  if (filterForm === 'rule-prefix' && filter.tags.length === 0) return element('Prefix', filter.prefix ?? '')
  const conditions = [
    filter.prefix === undefined ? '' : element('Prefix', filter.prefix),
    ...filter.tags.map(([key, value]) => parent('Tag', element('Key', key), element('Value', value))),
    element('ObjectSizeGreaterThan', filter.largerThanBytes),
    element('ObjectSizeLessThan', filter.smallerThanBytes),
  ].filter((one) => one !== '')
  if (filterForm === 'and' || conditions.length > 1) return parent('Filter', parent('And', ...conditions))
  return parent('Filter', ...conditions)
}

function writeTime(time: RuleTime): string {
  return time.kind === 'days' ? element('Days', time.days) : element('Date', isoTime(time.date.atMs))
}

function writeExpiration(expiration: RuleExpiration): string {
  return expiration.kind === 'expired-delete-marker'
    ? element('ExpiredObjectDeleteMarker', true)
    : writeTime(expiration)
}

function writeNoncurrent({ days, newerVersions }: NoncurrentExpiration): string {
  return element('NoncurrentDays', days) + element('NewerNoncurrentVersions', newerVersions)
}

/** A moment (OSS) has no spelling here: it is left out, and what counts in days is written. */
function writeAbort(time: RuleTime): string {
  return time.kind === 'days' ? parent('AbortIncompleteMultipartUpload', element('DaysAfterInitiation', time.days)) : ''
}
