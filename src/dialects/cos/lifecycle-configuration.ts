/** The rules of a bucket's lifecycle as XML, in and out (Tencent COS, "PUT Bucket lifecycle"). */
import type {
  LifecycleRule,
  NoncurrentExpiration,
  NoncurrentTransition,
  RuleExpiration,
  RuleFilter,
  RuleTime,
  RuleTransition,
} from '../../operations/index.ts'
import { parseIsoDate } from '../iso-date.ts'
import { present } from '../present.ts'
import { element, parent } from '../xml-writer.ts'
import { atMostOne, every, expectOnly, requireOne, settingOf, textOf, type XmlElement } from '../xml.ts'
import { malformed, numberSetting, optionalSetting, requiredWord, wordSetting } from './settings.ts'
import { shownStorageClass, storageClassNamed } from './storage-classes.ts'
import { readTag, writeTag } from './tags.ts'

const MAX_RULES = 1_000
const DAYS = { min: 1, max: 3_650_000 }
const FROM_ZERO = { ...DAYS, min: 0 }
const RULE_PARTS = [
  ...['ID', 'Prefix', 'Filter', 'Status', 'Expiration', 'Transition', 'NoncurrentVersionExpiration'],
  ...['NoncurrentVersionTransition', 'AbortIncompleteMultipartUpload'],
]

export function readLifecycleRules(root: XmlElement): readonly LifecycleRule[] {
  expectOnly(root, ['Rule'])
  const rules = every(root, 'Rule')
  if (rules.length === 0 || rules.length > MAX_RULES) malformed(`1 to ${MAX_RULES} rules`)
  return rules.map(readRule)
}

function readRule(rule: XmlElement): LifecycleRule {
  expectOnly(rule, RULE_PARTS)
  const made: LifecycleRule = {
    id: optionalSetting(rule, 'ID') ?? '',
    enabled: requiredWord(rule, 'Status', ['Enabled', 'Disabled']) === 'Enabled',
    ...readFilter(rule),
    ...present({
      expiration: readExpiration(rule),
      noncurrentExpiration: readNoncurrent(rule),
      abortUploads: readAbort(rule),
    }),
    transitions: every(rule, 'Transition').map(readTransition),
    noncurrentTransitions: every(rule, 'NoncurrentVersionTransition').map(readNoncurrentTransition),
  }
  const { expiration, noncurrentExpiration, abortUploads, transitions, noncurrentTransitions } = made
  const nothing = (expiration ?? noncurrentExpiration ?? abortUploads) === undefined
  if (nothing && transitions.length === 0 && noncurrentTransitions.length === 0) malformed('a rule says what to do')
  return made
}

function readFilter(rule: XmlElement): Pick<LifecycleRule, 'filter' | 'filterForm'> {
  const [direct, filter] = [atMostOne(rule, 'Prefix'), atMostOne(rule, 'Filter')]
  if (direct !== undefined && filter !== undefined) malformed('a rule has either Filter or Prefix')
  if (direct !== undefined) return { filter: { prefix: textOf(direct), tags: [] }, filterForm: 'rule-prefix' }
  if (filter === undefined) return { filter: { tags: [] }, filterForm: 'plain' }
  const and = atMostOne(filter, 'And')
  if (and === undefined) return { filter: readConditions(filter), filterForm: 'plain' }
  expectOnly(filter, ['And'])
  return { filter: readConditions(and), filterForm: 'and' }
}

function readConditions(from: XmlElement): RuleFilter {
  expectOnly(from, ['Prefix', 'Tag'])
  const prefix = atMostOne(from, 'Prefix')
  const tags = every(from, 'Tag').map(readTag)
  if (new Set(tags.map(([key]) => key)).size !== tags.length) malformed('two tags of a filter have the same key')
  return { tags, ...(prefix === undefined ? {} : { prefix: textOf(prefix) }) }
}

/** The date is kept as it was written: its midnight is that of its own zone. */
function readTime(from: XmlElement, bounds: typeof DAYS): RuleTime | undefined {
  const text = optionalSetting(from, 'Date')
  const days = numberSetting(from, 'Days', bounds)
  if (text !== undefined && days !== undefined) malformed('either Days or Date')
  if (text === undefined) return days === undefined ? undefined : { kind: 'days', days }
  return { kind: 'date', date: { atMs: parseIsoDate(text) ?? malformed('Date is a date of ISO 8601'), text } }
}

function readExpiration(rule: XmlElement): RuleExpiration | undefined {
  const found = atMostOne(rule, 'Expiration')
  if (found === undefined) return undefined
  expectOnly(found, ['Days', 'Date', 'ExpiredObjectDeleteMarker'])
  const time = readTime(found, DAYS)
  const marker = wordSetting(found, 'ExpiredObjectDeleteMarker', ['true', 'false'])
  if (marker !== 'true') return time ?? (marker === undefined ? malformed('Expiration says nothing') : undefined)
  return time === undefined ? { kind: 'expired-delete-marker' } : malformed('ExpiredObjectDeleteMarker stands alone')
}

function readAbort(rule: XmlElement): RuleTime | undefined {
  const found = atMostOne(rule, 'AbortIncompleteMultipartUpload')
  if (found === undefined) return undefined
  expectOnly(found, ['DaysAfterInitiation'])
  return { kind: 'days', days: numberSetting(found, 'DaysAfterInitiation', DAYS) ?? malformed('DaysAfterInitiation') }
}

function readNoncurrent(rule: XmlElement): NoncurrentExpiration | undefined {
  const found = atMostOne(rule, 'NoncurrentVersionExpiration')
  if (found === undefined) return undefined
  expectOnly(found, ['NoncurrentDays'])
  return { days: numberSetting(found, 'NoncurrentDays', DAYS) ?? malformed('NoncurrentDays') }
}

function classOf(found: XmlElement): string {
  return storageClassNamed(settingOf(requireOne(found, 'StorageClass')))
}

/** `AccessFrequency` belongs to tiering by access, which is not done. */
function readTransition(found: XmlElement): RuleTransition {
  expectOnly(found, ['Days', 'Date', 'StorageClass'])
  const time = readTime(found, FROM_ZERO) ?? malformed('Transition needs Days or Date')
  return { time, storageClass: classOf(found) }
}

function readNoncurrentTransition(found: XmlElement): NoncurrentTransition {
  expectOnly(found, ['NoncurrentDays', 'StorageClass'])
  const days = numberSetting(found, 'NoncurrentDays', FROM_ZERO) ?? malformed('NoncurrentDays')
  return { days, storageClass: classOf(found) }
}

export function writeLifecycleRules(rules: readonly LifecycleRule[]): readonly string[] {
  return rules.map((rule) =>
    parent(
      'Rule',
      element('ID', rule.id),
      writeFilter(rule),
      element('Status', rule.enabled ? 'Enabled' : 'Disabled'),
      ...rule.transitions.map(({ time, storageClass }) =>
        parent('Transition', writeTime(time), element('StorageClass', shownStorageClass(storageClass))),
      ),
      rule.expiration === undefined ? '' : parent('Expiration', writeExpiration(rule.expiration)),
      ...rule.noncurrentTransitions.map(({ days, storageClass }) =>
        parent(
          'NoncurrentVersionTransition',
          element('NoncurrentDays', days),
          element('StorageClass', shownStorageClass(storageClass)),
        ),
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

/** What S3 alone can ask of sizes is not shown here: the rule itself goes on as it was put. */
function writeFilter({ filter, filterForm }: LifecycleRule): string {
  if (filterForm === 'rule-prefix' && filter.tags.length === 0) return element('Prefix', filter.prefix ?? '')
  const conditions = [
    ...(filter.prefix === undefined ? [] : [element('Prefix', filter.prefix)]),
    ...filter.tags.map(writeTag),
  ]
  if (filterForm === 'and' || conditions.length > 1) return parent('Filter', parent('And', ...conditions))
  return parent('Filter', ...conditions)
}

function writeTime(time: RuleTime): string {
  return time.kind === 'days' ? element('Days', time.days) : element('Date', time.date.text)
}

function writeExpiration(expiration: RuleExpiration): string {
  return expiration.kind === 'expired-delete-marker'
    ? element('ExpiredObjectDeleteMarker', true)
    : writeTime(expiration)
}
