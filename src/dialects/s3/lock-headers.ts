/** The lock of a version in headers: asked for by a write, shown by a read. */
import type { HttpHeaders } from '../../http/index.ts'
import { refuse, type ObjectLock, type Retention, type RetentionMode } from '../../operations/index.ts'
import { parseIsoDate } from '../iso-date.ts'
import { isoTime } from '../iso-time.ts'
import { refuseArgument } from '../refuse-argument.ts'
import type { Headers } from './answers.ts'

const MODE = 'x-amz-object-lock-mode'
const UNTIL = 'x-amz-object-lock-retain-until-date'
const HOLD = 'x-amz-object-lock-legal-hold'
export const BYPASS_GOVERNANCE = 'x-amz-bypass-governance-retention'

const MODES: ReadonlyMap<string, RetentionMode> = new Map([
  ['GOVERNANCE', 'governance'],
  ['COMPLIANCE', 'compliance'],
])
export const SHOWN_MODES: Readonly<Record<RetentionMode, string>> = {
  governance: 'GOVERNANCE',
  compliance: 'COMPLIANCE',
}

/** `GOVERNANCE` or `COMPLIANCE`; undefined for everything else. */
export function retentionMode(text: string): RetentionMode | undefined {
  return MODES.get(text)
}

/** The moment of a retention, in whole seconds upwards: never shorter than was said. */
export function retainUntil(text: string): number | undefined {
  const atMs = parseIsoDate(text)
  return atMs === undefined ? undefined : Math.ceil(atMs / 1_000) * 1_000
}

/** What a write says of the lock of the version that it makes. */
export function lockWishes(headers: HttpHeaders): { readonly lock?: ObjectLock } {
  const retention = retentionAsked(headers)
  const hold = headers.get(HOLD)
  if (retention === undefined && hold === undefined) return {}
  return {
    lock: {
      ...(retention === undefined ? {} : { retention }),
      ...(hold === undefined ? {} : { legalHold: isOn(hold) }),
    },
  }
}

function retentionAsked(headers: HttpHeaders): Retention | undefined {
  const [modeText, untilText] = [headers.get(MODE), headers.get(UNTIL)]
  if (modeText === undefined && untilText === undefined) return undefined
  if (modeText === undefined || untilText === undefined) {
    return refuse({ kind: 'invalid-argument', argument: MODE, detail: `${UNTIL} and ${MODE} must both be supplied` })
  }
  const mode = retentionMode(modeText) ?? refuseArgument(MODE, modeText, 'Unknown wormMode directive')
  const untilMs =
    retainUntil(untilText) ?? refuseArgument(UNTIL, untilText, 'The retain until date must be provided in ISO 8601')
  return { mode, untilMs }
}

function isOn(text: string): boolean {
  if (text === 'ON') return true
  return text === 'OFF' ? false : refuseArgument(HOLD, text, 'Legal Hold must be either of ON or OFF')
}

/** `x-amz-bypass-governance-retention: true`. */
export function bypassesGovernance(headers: HttpHeaders): boolean {
  const text = headers.get(BYPASS_GOVERNANCE)?.toLowerCase()
  if (text === undefined || text === 'false') return false
  return text === 'true' ? true : refuseArgument(BYPASS_GOVERNANCE, text, 'true or false')
}

/** The rights that these headers ask for besides the write's or the deletion's own (T-075). */
export function lockRights(headers: HttpHeaders, on: 'write' | 'removal'): readonly string[] {
  if (on === 'removal') {
    return headers.has(BYPASS_GOVERNANCE) && bypassesGovernance(headers) ? ['s3:BypassGovernanceRetention'] : []
  }
  const rights: string[] = []
  if (headers.has(MODE) || headers.has(UNTIL)) rights.push('s3:PutObjectRetention')
  if (headers.has(HOLD)) rights.push('s3:PutObjectLegalHold')
  return rights
}

export function lockHeaders(lock: ObjectLock | undefined): Headers {
  if (lock === undefined) return []
  const { retention, legalHold } = lock
  return [
    ...(retention === undefined
      ? []
      : [[MODE, SHOWN_MODES[retention.mode]] as const, [UNTIL, isoTime(retention.untilMs)] as const]),
    ...(legalHold === undefined ? [] : [[HOLD, legalHold ? 'ON' : 'OFF'] as const]),
  ]
}
