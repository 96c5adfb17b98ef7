/** The rules of a bucket's lifecycle as XML, in and out (OSS API reference, PutBucketLifecycle). */
import { parseDecimal } from '../../http/index.ts'
import {
  refuse,
  type LifecycleRule,
  type NoncurrentExpiration,
  type NoncurrentTransition,
  type RuleExpiration,
  type RuleFilter,
  type RuleTime,
  type RuleTransition,
  type Tags,
} from '../../operations/index.ts'
import { parseIsoDate } from '../iso-date.ts'
import { present } from '../present.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { element, parent } from '../xml-writer.ts'
import { atMostOne, every, expectOnly, requireOne, settingOf, textOf, type XmlElement } from '../xml.ts'
import { shownStorageClass, storageClassNamed } from './storage-classes.ts'

const MAX_RULES = 1_000
const DAYS = { min: 1, max: 3_650_000 }
const SIZES = { min: 0, max: 48.8 * 2 ** 40 }
const RULE_PARTS = [
  ...['ID', 'Prefix', 'Status', 'Tag', 'Filter', 'Expiration', 'Transition', 'AbortMultipartUpload'],
  ...['NoncurrentVersionExpiration', 'NoncurrentVersionTransition', 'AtimeBase'],
]
/** Tiering by the time of the last access, which is not kept. */
const BY_ACCESS = ['IsAccessTime', 'ReturnToStdWhenVisit', 'AllowSmallFile']

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

/** The text of a setting; an empty one is an absent one. */
function optional(holder: XmlElement, name: string): string | undefined {
  const found = atMostOne(holder, name)
  const text = found === undefined ? '' : settingOf(found)
  return text === '' ? undefined : text
}

function numberIn(holder: XmlElement, name: string, bounds: typeof DAYS): number | undefined {
  const text = optional(holder, name)
  if (text === undefined) return undefined
  return parseDecimal(text, bounds) ?? refuseArgument(name, text, `${name} is ${bounds.min} to ${bounds.max}`)
}

export function readLifecycleRules(root: XmlElement): readonly LifecycleRule[] {
  expectOnly(root, ['Rule'])
  const rules = every(root, 'Rule')
  if (rules.length === 0 || rules.length > MAX_RULES) malformed(`there are 1 to ${MAX_RULES} rules`)
  return rules.map(readRule)
}

function readRule(rule: XmlElement): LifecycleRule {
  expectOnly(rule, RULE_PARTS)
  if (atMostOne(rule, 'AtimeBase') !== undefined) refuseByAccess('AtimeBase')
  const status = optional(rule, 'Status')
  if (status !== 'Enabled' && status !== 'Disabled') return malformed('Status is Enabled or Disabled')
  const abort = atMostOne(rule, 'AbortMultipartUpload')
  const made: LifecycleRule = {
    id: optional(rule, 'ID') ?? '',
    enabled: status === 'Enabled',
    filter: readFilter(rule),
    filterForm: 'rule-prefix',
    ...present({
      expiration: readExpiration(rule),
      noncurrentExpiration: readNoncurrent(rule),
      abortUploads: abort === undefined ? undefined : (readTime(abort, []) ?? malformed('AbortMultipartUpload')),
    }),
    transitions: every(rule, 'Transition').map(readTransition),
    noncurrentTransitions: every(rule, 'NoncurrentVersionTransition').map(readNoncurrentTransition),
  }
  const { expiration, noncurrentExpiration, abortUploads, transitions, noncurrentTransitions } = made
  const nothing = (expiration ?? noncurrentExpiration ?? abortUploads) === undefined
  if (nothing && transitions.length === 0 && noncurrentTransitions.length === 0) malformed('a rule says what to do')
  return made
}

function refuseByAccess(name: string): never {
  return refuse({ kind: 'not-implemented', detail: `${name}: rules by the time of access are not implemented.` })
}

/** OSS writes prefix and tags directly into the rule; `Filter` has sizes, and `Not`, which is not done. */
function readFilter(rule: XmlElement): RuleFilter {
  const prefix = atMostOne(rule, 'Prefix')
  const tags = every(rule, 'Tag').map(readTag)
  if (new Set(tags.map(([key]) => key)).size !== tags.length) malformed('two tags of a rule have the same key')
  const filter = atMostOne(rule, 'Filter')
  if (filter !== undefined) {
    expectOnly(filter, ['ObjectSizeGreaterThan', 'ObjectSizeLessThan', 'Not'])
    if (atMostOne(filter, 'Not') !== undefined) {
      refuse({ kind: 'not-implemented', detail: 'Exceptions from a rule (Not) are not implemented.' })
    }
  }
  return {
    ...present({
      prefix: prefix === undefined ? undefined : textOf(prefix),
      largerThanBytes: filter === undefined ? undefined : numberIn(filter, 'ObjectSizeGreaterThan', SIZES),
      smallerThanBytes: filter === undefined ? undefined : numberIn(filter, 'ObjectSizeLessThan', SIZES),
    }),
    tags,
  }
}

function readTag(tag: XmlElement): Tags[number] {
  expectOnly(tag, ['Key', 'Value'])
  return [textOf(requireOne(tag, 'Key')), textOf(requireOne(tag, 'Value'))]
}

/** `Days`, or `CreatedBeforeDate`; `Date`, which OSS reads too, is the moment from which a rule holds. `more`: what else may be there. */
function readTime(from: XmlElement, more: readonly string[]): RuleTime | undefined {
  expectOnly(from, ['Days', 'CreatedBeforeDate', 'Date', ...more])
  const days = numberIn(from, 'Days', DAYS)
  const before = optional(from, 'CreatedBeforeDate')
  const date = optional(from, 'Date')
  if ([days, before, date].filter((one) => one !== undefined).length > 1) malformed('either Days or CreatedBeforeDate')
  if (days !== undefined) return { kind: 'days', days }
  const text = before ?? date
  if (text === undefined) return undefined
  const atMs = parseIsoDate(text) ?? malformed('a date is midnight UTC, as 2025-01-24T00:00:00.000Z')
  return { kind: before === undefined ? 'date' : 'created-before', date: { atMs, text } }
}

function readExpiration(rule: XmlElement): RuleExpiration | undefined {
  const found = atMostOne(rule, 'Expiration')
  if (found === undefined) return undefined
  const time = readTime(found, ['ExpiredObjectDeleteMarker'])
  const marker = optional(found, 'ExpiredObjectDeleteMarker')
  if (marker !== undefined && marker !== 'true' && marker !== 'false') malformed('ExpiredObjectDeleteMarker')
  if (marker !== 'true') return time ?? (marker === undefined ? malformed('Expiration says nothing') : undefined)
  return time === undefined ? { kind: 'expired-delete-marker' } : malformed('ExpiredObjectDeleteMarker stands alone')
}

function readNoncurrent(rule: XmlElement): NoncurrentExpiration | undefined {
  const found = atMostOne(rule, 'NoncurrentVersionExpiration')
  if (found === undefined) return undefined
  expectOnly(found, ['NoncurrentDays'])
  return { days: numberIn(found, 'NoncurrentDays', DAYS) ?? malformed('NoncurrentDays') }
}

function classOf(found: XmlElement): string {
  for (const name of BY_ACCESS) if (optional(found, name) === 'true') refuseByAccess(name)
  return storageClassNamed(settingOf(requireOne(found, 'StorageClass')))
}

function readTransition(found: XmlElement): RuleTransition {
  const time = readTime(found, ['StorageClass', ...BY_ACCESS])
  return { time: time ?? malformed('Transition needs Days or CreatedBeforeDate'), storageClass: classOf(found) }
}

function readNoncurrentTransition(found: XmlElement): NoncurrentTransition {
  expectOnly(found, ['NoncurrentDays', 'StorageClass', ...BY_ACCESS])
  const days = numberIn(found, 'NoncurrentDays', DAYS) ?? malformed('NoncurrentDays')
  return { days, storageClass: classOf(found) }
}

export function writeLifecycleRules(rules: readonly LifecycleRule[]): readonly string[] {
  return rules.map((rule) => {
    const { filter, expiration, noncurrentExpiration, abortUploads } = rule
    return parent(
      'Rule',
      element('ID', rule.id),
      element('Prefix', filter.prefix ?? ''),
      element('Status', rule.enabled ? 'Enabled' : 'Disabled'),
      ...filter.tags.map(([key, value]) => parent('Tag', element('Key', key), element('Value', value))),
      writeSizes(filter),
      expiration === undefined ? '' : parent('Expiration', writeExpiration(expiration)),
      ...rule.transitions.map(({ time, storageClass }) =>
        parent('Transition', writeTime(time), element('StorageClass', shownStorageClass(storageClass))),
      ),
      abortUploads === undefined ? '' : parent('AbortMultipartUpload', writeTime(abortUploads)),
      noncurrentExpiration === undefined
        ? ''
        : parent('NoncurrentVersionExpiration', element('NoncurrentDays', noncurrentExpiration.days)),
      ...rule.noncurrentTransitions.map(({ days, storageClass }) => {
        const to = element('StorageClass', shownStorageClass(storageClass))
        return parent('NoncurrentVersionTransition', element('NoncurrentDays', days), to)
      }),
    )
  })
}

function writeSizes({ largerThanBytes, smallerThanBytes }: RuleFilter): string {
  if (largerThanBytes === undefined && smallerThanBytes === undefined) return ''
  const larger = element('ObjectSizeGreaterThan', largerThanBytes)
  return parent('Filter', larger, element('ObjectSizeLessThan', smallerThanBytes))
}

function writeExpiration(expiration: RuleExpiration): string {
  return expiration.kind === 'expired-delete-marker'
    ? element('ExpiredObjectDeleteMarker', true)
    : writeTime(expiration)
}

function writeTime(time: RuleTime): string {
  if (time.kind === 'days') return element('Days', time.days)
  return element(time.kind === 'date' ? 'Date' : 'CreatedBeforeDate', time.date.text)
}
