import { refuse, type KeyState } from '../../operations/index.ts'

/** What can be wanted of a key, as far as its state decides it. */
export type KeyAct =
  /** Encrypt, Decrypt, ReEncrypt (both keys), GenerateDataKey. */
  | 'use'
  /** Describe, list, show the rotation, count what depends on it, remove an alias. */
  | 'look'
  /** Enable and disable. */
  | 'switch'
  /** Set the rotation, rotate now. */
  | 'rotate'
  | 'schedule-deletion'
  | 'cancel-deletion'
  /** Prepare an import, import. */
  | 'import'
  /** Forget imported material. */
  | 'forget'
  /** Point an alias at it, let something depend on it. */
  | 'point-at'

type Verdict = 'ok' | 'disabled' | 'invalid-state' | 'unavailable'

const TABLE: Readonly<Record<KeyAct, Readonly<Record<KeyState, Verdict>>>> = {
  use: row('ok', 'disabled', 'invalid-state', 'invalid-state', 'unavailable'),
  look: row('ok', 'ok', 'ok', 'ok', 'ok'),
  switch: row('ok', 'ok', 'invalid-state', 'invalid-state', 'ok'),
  rotate: row('ok', 'disabled', 'invalid-state', 'invalid-state', 'invalid-state'),
  'schedule-deletion': row('ok', 'ok', 'ok', 'invalid-state', 'ok'),
  'cancel-deletion': row('invalid-state', 'invalid-state', 'invalid-state', 'ok', 'invalid-state'),
  import: row('ok', 'ok', 'ok', 'invalid-state', 'unavailable'),
  forget: row('ok', 'ok', 'ok', 'ok', 'unavailable'),
  'point-at': row('ok', 'ok', 'ok', 'invalid-state', 'ok'),
}

function row(
  enabled: Verdict,
  disabled: Verdict,
  pendingImport: Verdict,
  pendingDeletion: Verdict,
  unavailable: Verdict,
): Readonly<Record<KeyState, Verdict>> {
  return {
    enabled,
    disabled,
    'pending-import': pendingImport,
    'pending-deletion': pendingDeletion,
    unavailable,
  }
}

/** Refuses with `key-disabled`, `key-invalid-state` or `key-unavailable` what the state does not allow. */
export function demandState(act: KeyAct, state: KeyState, keyArn: string): void {
  const verdict = TABLE[act][state]
  switch (verdict) {
    case 'ok':
      return
    case 'disabled':
      return refuse({ kind: 'key-disabled', key: keyArn })
    case 'invalid-state':
      return refuse({ kind: 'key-invalid-state', key: keyArn, state })
    case 'unavailable':
      return refuse({ kind: 'key-unavailable', detail: 'the key store does not answer' })
  }
}
