/**
 * Named places before and after each write, sync and commit, where a crash test may end the process or throw.
 * With no hook set, a point is one call of an empty function.
 */
export type FaultHook = (name: string) => void

/** The points of this room, in the order in which a write passes them. */
export const STORAGE_FAULT_POINTS = [
  'blob.create',
  'blob.created',
  'blob.write',
  'blob.written',
  'blob.sync',
  'blob.synced',
  'blob.directory-sync',
  'blob.directory-synced',
  'blob.remove',
  'blob.removed',
  'metadata.wave',
  'metadata.wave.evaluated',
  'metadata.wave.committed',
  'metadata.remote.received',
  'metadata.remote.answer',
] as const

const nothing: FaultHook = () => undefined
let hook = nothing

/** Tells the hook that this place was reached. The hook may throw or end the process. */
export function faultPoint(name: string): void {
  hook(name)
}

/** For tests only. Without an argument the points cost nothing again. */
export function setFaultHook(next: FaultHook = nothing): void {
  hook = next
}
