import {
  STORAGE_CLASSES,
  type BucketLifecycle,
  type LifecycleRule,
  type NoncurrentExpiration,
  type RuleDate,
  type RuleExpiration,
  type RuleFilter,
  type RuleTime,
} from '../../../operations/index.ts'
import { parseIsoDate } from '../../iso-date.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument } from '../target.ts'
import { tagsOf } from './tags-json.ts'
import type { LifecycleJson, LifecycleRuleJson, RuleTimeJson } from './settings-wire.ts'

/** As S3's document has them (PutBucketLifecycleConfiguration). */
const MAX_RULES = 1_000
const MAX_TRANSITIONS = 100
const MAX_TAGS = 50
const MAX_ID_CHARS = 255
const MAX_PREFIX_CHARS = 1_024
const MAX_DAYS = 2_147_483_647
const MAX_NEWER_VERSIONS = 100
const MAX_SIZE = Number.MAX_SAFE_INTEGER
const DAY_MS = 24 * 60 * 60 * 1_000

export function lifecycleOf(body: Fields): BucketLifecycle {
  const rules = body.objects('rules', MAX_RULES)
  if (rules.length === 0) badArgument('rules', 'needs a rule')
  const minimum = body.optionalWord('transitionMinimum', ['all_storage_classes_128K', 'varies_by_storage_class'])
  return { rules: rules.map(ruleOf), transitionMinimum: minimum ?? 'all_storage_classes_128K' }
}

function ruleOf(body: Fields): LifecycleRule {
  const filter = filterOf(body)
  const said = [filter.prefix, filter.largerThanBytes, filter.smallerThanBytes].filter((one) => one !== undefined)
  const rule: LifecycleRule = {
    id: body.optionalText('id', MAX_ID_CHARS) ?? '',
    enabled: body.optionalFlag('enabled') ?? badArgument('enabled', 'is missing'),
    filter,
    filterForm: said.length + filter.tags.length > 1 ? 'and' : 'plain',
    ...present({
      expiration: expirationOf(body.optionalObject('expiration')),
      noncurrentExpiration: noncurrentOf(body.optionalObject('noncurrentExpiration')),
      abortUploads: abortOf(body.optionalObject('abortUploads')),
    }),
    transitions: (body.optionalObjects('transitions', MAX_TRANSITIONS) ?? []).map((one) => {
      const made = { time: timeOf(one, 0) ?? badArgument('transitions', 'says no time'), storageClass: classOf(one) }
      one.end()
      return made
    }),
    noncurrentTransitions: (body.optionalObjects('noncurrentTransitions', MAX_TRANSITIONS) ?? []).map((one) => {
      const made = { ...waitOf(one, 0), storageClass: classOf(one) }
      one.end()
      return made
    }),
  }
  body.end()
  checkRule(rule)
  return rule
}

function filterOf(body: Fields): RuleFilter {
  const largerThanBytes = body.optionalNumber('largerThanBytes', 0, MAX_SIZE)
  const smallerThanBytes = body.optionalNumber('smallerThanBytes', 1, MAX_SIZE)
  if (largerThanBytes !== undefined && smallerThanBytes !== undefined && smallerThanBytes <= largerThanBytes) {
    badArgument('smallerThanBytes', 'has to be more than largerThanBytes')
  }
  const prefix = body.optionalText('prefix', MAX_PREFIX_CHARS)
  return {
    tags: tagsOf(body.optionalObjects('tags', MAX_TAGS) ?? []),
    ...present({ largerThanBytes, smallerThanBytes, prefix: prefix === '' ? undefined : prefix }),
  }
}

function dateOf(body: Fields, name: string): RuleDate | undefined {
  const text = body.optionalText(name)
  if (text === undefined) return undefined
  const atMs = parseIsoDate(text) ?? badArgument(name, 'is no date of ISO 8601')
  if (atMs % DAY_MS !== 0) badArgument(name, 'must be at midnight UTC')
  return { atMs, text }
}

/** Exactly one of the three; undefined: none. */
function timeOf(body: Fields, minDays: number): RuleTime | undefined {
  const days = body.optionalNumber('days', minDays, MAX_DAYS)
  const date = dateOf(body, 'date')
  const before = dateOf(body, 'createdBefore')
  const times: readonly RuleTime[] = [
    ...(days === undefined ? [] : [{ kind: 'days', days } as const]),
    ...(date === undefined ? [] : [{ kind: 'date', date } as const]),
    ...(before === undefined ? [] : [{ kind: 'created-before', date: before } as const]),
  ]
  if (times.length > 1) badArgument('days', 'only one of days, date and createdBefore')
  return times[0]
}

function expirationOf(body: Fields | undefined): RuleExpiration | undefined {
  if (body === undefined) return undefined
  const time = timeOf(body, 1)
  const marker = body.optionalFlag('expiredDeleteMarker') === true
  body.end()
  if (marker && time !== undefined) badArgument('expiredDeleteMarker', 'stands alone')
  if (marker) return { kind: 'expired-delete-marker' }
  return time ?? badArgument('expiration', 'says no time')
}

/** S3 knows days, OSS a moment as well. */
function abortOf(body: Fields | undefined): RuleTime | undefined {
  if (body === undefined) return undefined
  const time = timeOf(body, 1) ?? badArgument('abortUploads', 'says no time')
  body.end()
  return time.kind === 'date' ? badArgument('abortUploads', 'has days, or createdBefore') : time
}

function waitOf(body: Fields, minDays: number): NoncurrentExpiration {
  const days = body.optionalNumber('days', minDays, MAX_DAYS) ?? badArgument('days', 'is missing')
  return { days, ...present({ newerVersions: body.optionalNumber('newerVersions', 1, MAX_NEWER_VERSIONS) }) }
}

function noncurrentOf(body: Fields | undefined): NoncurrentExpiration | undefined {
  if (body === undefined) return undefined
  const wait = waitOf(body, 1)
  body.end()
  return wait
}

function classOf(body: Fields): string {
  const text = body.text('storageClass')
  return STORAGE_CLASSES.some((one) => one === text) ? text : badArgument('storageClass', 'is no storage class')
}

/** What S3 refuses of a rule as a whole. */
function checkRule(rule: LifecycleRule): void {
  const { expiration, noncurrentExpiration, abortUploads, transitions, noncurrentTransitions, filter } = rule
  const ends = (expiration ?? noncurrentExpiration ?? abortUploads) !== undefined
  if (!ends && transitions.length === 0 && noncurrentTransitions.length === 0) {
    badArgument('rules', 'a rule without an action')
  }
  const aboutMore =
    filter.tags.length > 0 || filter.largerThanBytes !== undefined || filter.smallerThanBytes !== undefined
  if (aboutMore && abortUploads !== undefined) badArgument('abortUploads', 'does not go with tags or sizes')
  if (aboutMore && expiration?.kind === 'expired-delete-marker') {
    badArgument('expiredDeleteMarker', 'does not go with tags or sizes')
  }
  for (const list of [transitions, noncurrentTransitions]) {
    const classes = list.map(({ storageClass }) => storageClass)
    if (new Set(classes).size !== classes.length) badArgument('storageClass', 'comes twice')
  }
  checkTimes(rule)
}

function checkTimes({ expiration, noncurrentExpiration, transitions, noncurrentTransitions }: LifecycleRule): void {
  const times = [...(expiration === undefined ? [] : [expiration]), ...transitions.map(({ time }) => time)]
  if (times.some(({ kind }) => kind === 'date') && times.some(({ kind }) => kind === 'days')) {
    badArgument('date', 'days and dates do not stand in one rule')
  }
  for (const { time } of transitions) {
    if (time.kind === 'days' && expiration?.kind === 'days' && expiration.days <= time.days) tooEarly()
    if (time.kind === 'date' && expiration?.kind === 'date' && expiration.date.atMs <= time.date.atMs) tooEarly()
  }
  const limit = noncurrentExpiration?.days
  if (limit !== undefined && noncurrentTransitions.some(({ days }) => limit <= days)) tooEarly()
}

function tooEarly(): never {
  return badArgument('expiration', 'has to be later than the transitions')
}

export function lifecycleJson({ rules, transitionMinimum }: BucketLifecycle): LifecycleJson {
  return { rules: rules.map(ruleJson), transitionMinimum }
}

function ruleJson(rule: LifecycleRule): LifecycleRuleJson {
  const { id, enabled, filter, expiration, noncurrentExpiration, abortUploads, transitions } = rule
  const { prefix, tags, largerThanBytes, smallerThanBytes } = filter
  return {
    ...{ id, enabled },
    ...present({ prefix, largerThanBytes, smallerThanBytes, noncurrentExpiration }),
    ...(tags.length === 0 ? {} : { tags: tags.map(([key, value]) => ({ key, value })) }),
    ...(expiration === undefined ? {} : { expiration: expirationJson(expiration) }),
    ...(abortUploads === undefined ? {} : { abortUploads: timeJson(abortUploads) }),
    ...(transitions.length === 0
      ? {}
      : { transitions: transitions.map(({ time, storageClass }) => ({ ...timeJson(time), storageClass })) }),
    ...(rule.noncurrentTransitions.length === 0 ? {} : { noncurrentTransitions: rule.noncurrentTransitions }),
  }
}

function expirationJson(expiration: RuleExpiration): NonNullable<LifecycleRuleJson['expiration']> {
  return expiration.kind === 'expired-delete-marker' ? { expiredDeleteMarker: true } : timeJson(expiration)
}

function timeJson(time: RuleTime): RuleTimeJson {
  if (time.kind === 'days') return { days: time.days }
  const day = new Date(time.date.atMs).toISOString().slice(0, 10)
  return time.kind === 'date' ? { date: day } : { createdBefore: day }
}
