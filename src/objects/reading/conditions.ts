import {
  refuse,
  type DeleteCondition,
  type ObjectKey,
  type ReadConditions,
  type WriteCondition,
} from '../../operations/index.ts'
import { shownEtag, type ObjectVersion, type VersionRecord } from '../rows/object-record.ts'

function matches(etags: readonly string[], etag: string): boolean {
  return etags.some((wanted) => wanted === '*' || wanted === etag)
}

/** A version's ETag as conditions compare it. */
export function etagOf(version: ObjectVersion): string {
  return shownEtag(version.etag, version.header.parts)
}

/** Whole seconds: what HTTP dates can say. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

type Verdict =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'failed'; readonly condition: string }
  | { readonly kind: 'not-modified' }

/** RFC 9110, 13.2.2: an ETag condition makes the date condition of its kind void. */
function judge(conditions: ReadConditions, etag: string, modifiedMs: number): Verdict {
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, etag)) return { kind: 'failed', condition: 'If-Match' }
  } else if (ifUnmodifiedSinceMs !== undefined && seconds(modifiedMs) > seconds(ifUnmodifiedSinceMs)) {
    return { kind: 'failed', condition: 'If-Unmodified-Since' }
  }
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, etag)) return { kind: 'not-modified' }
  } else if (ifModifiedSinceMs !== undefined && seconds(modifiedMs) <= seconds(ifModifiedSinceMs)) {
    return { kind: 'not-modified' }
  }
  return { kind: 'go-on' }
}

/** Conditions of GET and HEAD. Called after the customer's key was checked. */
export function checkReadConditions(conditions: ReadConditions, version: ObjectVersion): void {
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions
  if ((ifMatch ?? ifNoneMatch ?? ifModifiedSinceMs ?? ifUnmodifiedSinceMs) === undefined) return
  const etag = etagOf(version)
  const verdict = judge(conditions, etag, version.header.modifiedMs)
  if (verdict.kind === 'failed') refuse({ kind: 'precondition-failed', condition: verdict.condition })
  if (verdict.kind === 'not-modified') {
    refuse({ kind: 'not-modified', etag, lastModifiedMs: version.header.modifiedMs })
  }
}

/** Conditions on the source of a copy or a rename: there is no 304 for them. */
export function checkSourceConditions(
  conditions: ReadConditions,
  version: ObjectVersion,
  prefix: 'x-amz-copy-source-' | 'x-amz-rename-source-' | '' = 'x-amz-copy-source-',
): void {
  const verdict = judge(conditions, etagOf(version), version.header.modifiedMs)
  if (verdict.kind === 'failed') refuse({ kind: 'precondition-failed', condition: `${prefix}${verdict.condition}` })
  if (verdict.kind === 'not-modified') {
    const condition = conditions.ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match'
    refuse({ kind: 'precondition-failed', condition: `${prefix}${condition}` })
  }
}

/** Conditions on what a rename replaces. Where nothing is, those that compare with something fail (S3 RenameObject). */
export function checkTargetConditions(conditions: ReadConditions, current: ObjectVersion | undefined): void {
  if (current !== undefined) checkSourceConditions(conditions, current, '')
  else if (conditions.ifMatch !== undefined) refuse({ kind: 'precondition-failed', condition: 'If-Match' })
  else if (conditions.ifModifiedSinceMs !== undefined && conditions.ifNoneMatch === undefined) {
    refuse({ kind: 'precondition-failed', condition: 'If-Modified-Since' })
  }
}

/** The condition of a write against what is current now. Its batch checks that this stays so. */
export function checkWriteCondition(
  condition: WriteCondition | undefined,
  current: ObjectVersion | undefined,
  key: ObjectKey,
): void {
  if (condition === undefined) return
  if (condition.kind === 'if-none-match-any') {
    if (current !== undefined) refuse({ kind: 'precondition-failed', condition: 'If-None-Match' })
    return
  }
  if (current === undefined) refuse({ kind: 'no-such-key', key })
  if (etagOf(current) !== condition.etag) refuse({ kind: 'precondition-failed', condition: 'If-Match' })
}

/**
 * The condition of a deletion against what it would remove or hide. Removing what is not there is no error, but for
 * `*`, which asks that there be something (S3 DeleteObject). A delete marker is like nothing.
 */
export function checkDeleteCondition(condition: DeleteCondition | undefined, version: VersionRecord | undefined): void {
  if (condition === undefined) return
  const { etag, lastModifiedMs, sizeBytes } = condition
  const lost = (name: string): never => refuse({ kind: 'precondition-failed', condition: name })
  if (version?.kind !== 'object') {
    if (etag === '*') lost('If-Match')
    return
  }
  if (etag !== undefined && etag !== '*' && etag !== etagOf(version)) lost('If-Match')
  const { modifiedMs, size } = version.header
  if (lastModifiedMs !== undefined && seconds(modifiedMs) !== seconds(lastModifiedMs)) {
    lost('x-amz-if-match-last-modified-time')
  }
  if (sizeBytes !== undefined && sizeBytes !== size) lost('x-amz-if-match-size')
}
