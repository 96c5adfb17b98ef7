import type { BucketObjectLock, Retention } from '../../../operations/index.ts'
import { parseIsoDate } from '../../iso-date.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument } from '../target.ts'
import type { ObjectLockJson, RetentionJson } from './settings-wire.ts'

/** S3 User Guide, object lock considerations. */
const MAX_COUNT = { days: 36_500, years: 100 } as const
const MODES = ['governance', 'compliance'] as const

export function objectLockOf(body: Fields): BucketObjectLock {
  const given = body.optionalObject('defaultRetention')
  if (given === undefined) return {}
  const mode = given.optionalWord('mode', MODES) ?? badArgument('mode', 'is missing')
  const unit = given.optionalWord('unit', ['days', 'years']) ?? badArgument('unit', 'is missing')
  const count = given.optionalNumber('count', 1, MAX_COUNT[unit]) ?? badArgument('count', 'is missing')
  given.end()
  return { defaultRetention: { mode, unit, count } }
}

export function objectLockJson({ defaultRetention }: BucketObjectLock): ObjectLockJson {
  return present({ defaultRetention })
}

/** Nothing at all: it is lifted. In whole seconds upwards: never shorter than was said. */
export function retentionOf(body: Fields): Retention | undefined {
  const mode = body.optionalWord('mode', MODES)
  const text = body.optionalText('until')
  if (mode === undefined && text === undefined) return undefined
  if (mode === undefined) return badArgument('mode', 'is missing')
  if (text === undefined) return badArgument('until', 'is missing')
  const atMs = parseIsoDate(text) ?? badArgument('until', 'is no time of ISO 8601')
  return { mode, untilMs: Math.ceil(atMs / 1_000) * 1_000 }
}

export function retentionJson({ mode, untilMs }: Retention): RetentionJson {
  return { mode, until: new Date(untilMs).toISOString() }
}
