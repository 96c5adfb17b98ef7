import type { ModeName } from '../object-modes.ts'
import type { StoppedData, StoredVersion } from './stopped-data.ts'

/** Inline; one blob of small segments; one blob of large segments; two parts. */
export type Shape = 'inline' | 'small' | 'large' | 'multipart'

/** What the change may take from; all but the last two have the victim's shape and size. */
export interface Donors {
  /** Another object of the same bucket, mode, shape and size. */
  readonly other: StoredVersion
  /** The object of the same name in another bucket, under another key where the mode has one. */
  readonly twin: () => StoredVersion
  /** An older version of the same name. */
  readonly older: () => StoredVersion
  /** An object of the weakest mode. */
  readonly weakest: StoredVersion
  /** An object of two parts. */
  readonly parts: StoredVersion
}

/** One way to tamper with a version. */
export interface TamperKind {
  readonly name: string
  /** `insider`: by somebody who has the metadata key as well, but no key of data. */
  readonly of: 'blob' | 'record' | 'parts' | 'insider'
  readonly shapes: readonly Shape[]
  /** Absent: in every mode. */
  readonly modes?: readonly ModeName[]
  /** `unread`: what was changed is no part of the object, and every answer is right. Absent: it is refused. */
  readonly outcome?: 'unread'
  readonly needs?: 'twin' | 'older'
  /** Absent: 500, and `integrity` in the audit. */
  readonly refusal?: { readonly status: number; readonly failure: string }
  readonly change: (data: StoppedData, target: StoredVersion, donors: Donors) => void
}
