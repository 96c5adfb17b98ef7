import type { ObjectLockSetting } from '../api/shapes.ts'
import { DraftProblem, numberOf, type Setting } from './setting.ts'

/** What versions are locked by when nothing else is said. Switched on with the bucket, and never off. */
export const OBJECT_LOCK: Setting<ObjectLockSetting> = {
  path: 'object-lock',
  title: 'objectLock',
  help: 'objectLockHelp',
  removable: false,
  fields: [
    {
      name: 'mode',
      label: 'objectLockMode',
      hint: 'objectLockModeHint',
      kind: 'choice',
      options: [
        { value: '', label: 'objectLockNone' },
        { value: 'governance', label: 'objectLockGovernance' },
        { value: 'compliance', label: 'objectLockCompliance' },
      ],
    },
    { name: 'count', label: 'objectLockCount', kind: 'number' },
    {
      name: 'unit',
      label: 'objectLockUnit',
      kind: 'choice',
      options: [
        { value: 'days', label: 'unitDays' },
        { value: 'years', label: 'unitYears' },
      ],
    },
  ],
  draftsOf: (value) => {
    const now = value?.defaultRetention
    return [{ mode: now?.mode ?? '', count: now === undefined ? '' : String(now.count), unit: now?.unit ?? 'days' }]
  },
  bodyOf: ([draft]) => {
    const mode = draft?.['mode'] ?? ''
    if (mode === '') return {}
    const count = numberOf(draft?.['count'])
    if (count === undefined || count < 1) throw new DraftProblem('draftNumber')
    return { defaultRetention: { mode, count, unit: draft?.['unit'] ?? 'days' } }
  },
  lines: ({ defaultRetention: held }, { say }) => [
    held === undefined
      ? say('objectLockOn')
      : `${say(held.mode === 'governance' ? 'objectLockGovernance' : 'objectLockCompliance')}: ${String(held.count)} ${say(held.unit === 'days' ? 'unitDays' : 'unitYears')}`,
  ],
}
