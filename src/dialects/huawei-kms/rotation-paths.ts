import { asked, type AskedOperation } from '../asked-operation.ts'
import type { KeyMembers } from '../key-members.ts'

/** The vendor's default, in days. */
const DEFAULT_PERIOD_DAYS = 365
/** The shortest that keys here rotate by, and the vendor's longest. */
const PERIOD_DAYS = { min: 90, max: 365 }

const nothing = (): object => ({})

function setRotation(members: KeyMembers, periodDays?: number): AskedOperation {
  const operation = { kind: 'set-key-rotation', key: members.key('key_id') } as const
  return asked<'set-key-rotation'>(periodDays === undefined ? operation : { ...operation, periodDays }, nothing)
}

export const ROTATION_PATHS: Readonly<Record<string, (members: KeyMembers) => AskedOperation>> = {
  'enable-key-rotation': (members) => setRotation(members, DEFAULT_PERIOD_DAYS),
  'disable-key-rotation': (members) => setRotation(members),
  'update-key-rotation-interval': (members) =>
    setRotation(members, members.whole('rotation_interval', PERIOD_DAYS.min, PERIOD_DAYS.max)),
  'get-key-rotation-status': (members) =>
    asked<'get-key-rotation'>({ kind: 'get-key-rotation', key: members.key('key_id') }, (result) => ({
      key_rotation_enabled: result.enabled,
      rotation_interval: result.periodDays ?? DEFAULT_PERIOD_DAYS,
      last_rotation_time: result.lastMs === undefined ? '' : String(result.lastMs),
      number_of_rotations: result.rotations,
    })),
}
