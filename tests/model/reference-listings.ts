import assert from 'node:assert/strict'
import type { FailureKind, OperationOf } from '../../src/operations/index.ts'
import { resultOf, type Outcome } from './outcome.ts'
import { bucketOf, refused, told, type Judge } from './reference.ts'
import { byBytes, groupOf, namesOf, type ModelBucket, type ModelVersion } from './world.ts'

/** One thing that a listing shows: a group, or something of a name. */
type Entry<Item> =
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'item'; readonly name: string; readonly item: Item }

interface Asked {
  readonly prefix: string
  readonly delimiter: string
  readonly marker: string
}

/**
 * All that stands behind the marker, in order. `within`: which of the marker's own items come after it; without it none
 * do. A marker in a group stands for the group.
 */
function entriesOf<Item>(
  names: readonly string[],
  asked: Asked,
  itemsOf: (name: string) => readonly Item[],
  within: (item: Item) => boolean,
): readonly Entry<Item>[] {
  const { prefix, delimiter, marker } = asked
  const markerGroup = groupOf(marker, prefix, delimiter)
  const entries: Entry<Item>[] = []
  for (const name of names) {
    const group = groupOf(name, prefix, delimiter)
    if (group !== undefined) {
      const last = entries.at(-1)
      const again = last?.kind === 'group' && last.name === group
      if (!again && byBytes(group, markerGroup ?? marker) > 0) entries.push({ kind: 'group', name: group })
      continue
    }
    const behind = byBytes(name, markerGroup ?? marker)
    if (behind < 0) continue
    const items = behind > 0 ? itemsOf(name) : itemsOf(name).filter(within)
    entries.push(...items.map((item) => ({ kind: 'item', name, item }) as const))
  }
  return entries
}

function groupsOf<Item>(page: readonly Entry<Item>[]): readonly string[] {
  return page.flatMap((entry) => (entry.kind === 'group' ? [entry.name] : []))
}

function itemsIn<Item>(page: readonly Entry<Item>[]): readonly Item[] {
  return page.flatMap((entry) => (entry.kind === 'item' ? [entry.item] : []))
}

function never(): boolean {
  return false
}

const MISSING: readonly FailureKind[] = ['no-such-bucket']

interface Line {
  readonly name: string
  readonly version: ModelVersion
}

function listedLine(judge: Judge, { name, version }: Line): readonly unknown[] {
  const checksum = judge.driver.unseen.has('listed.checksumAlgorithm') ? '' : version.checksums[0]?.algorithm
  return [name, version.body.length, version.modifiedMs, version.etag, version.properties.storageClass, checksum]
}

export function checkList(judge: Judge, operation: OperationOf<'list-objects'>, outcome: Outcome): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (refused(judge, operation, outcome, bucket === undefined ? MISSING : [])) return
  if (bucket === undefined) return
  const pageName = `list ${operation.bucket}`
  const { prefix, delimiter, continuation, maxKeys } = operation
  const marker = continuation === undefined ? operation.after : (judge.world.tokens.get(continuation) ?? assert.fail())
  const asked = { prefix, delimiter, marker }
  const itemsOf = (name: string): readonly Line[] => {
    const version = bucket.names.get(name)?.[0]
    return version === undefined || version.marker ? [] : [{ name, version }]
  }
  const names = namesOf(bucket.names.keys(), prefix).filter((name) => itemsOf(name).length > 0)
  const all = entriesOf(names, asked, itemsOf, never)
  const page = all.slice(0, maxKeys)
  const result = resultOf('list-objects', outcome)
  const checksumOf = (one: { readonly checksumAlgorithm?: string }): string | undefined =>
    judge.driver.unseen.has('listed.checksumAlgorithm') ? '' : one.checksumAlgorithm
  assert.deepEqual(
    result.objects.map((one) => [one.key, one.size, one.lastModifiedMs, one.etag, one.storageClass, checksumOf(one)]),
    itemsIn(page).map((line) => listedLine(judge, line)),
    'the objects of the page',
  )
  assert.deepEqual(result.groups, groupsOf(page), 'the groups of the page')
  const truncated = maxKeys > 0 && all.length > page.length
  assert.equal(result.truncated, truncated, 'whether there is more')
  const last = page.at(-1)?.name
  if (!truncated || last === undefined) {
    judge.world.pages.delete(pageName)
    return
  }
  if (result.last !== undefined) assert.equal(result.last, last)
  const { nextContinuation } = result
  const next = nextContinuation === undefined ? {} : { continuation: nextContinuation }
  if (nextContinuation !== undefined) judge.world.tokens.set(nextContinuation, last)
  judge.world.pages.set(pageName, { prefix, delimiter, marker: last, ...next })
}

/** Where the marker's version stands, or stood. */
function markedPlace(bucket: ModelBucket, operation: OperationOf<'list-object-versions'>): number | undefined {
  const { keyMarker, versionIdMarker } = operation
  if (versionIdMarker === undefined) return undefined
  if (versionIdMarker !== 'null') return Number(BigInt(`0x${versionIdMarker.slice(0, 16)}`))
  const version = bucket.names.get(keyMarker)?.find((one) => one.id === 'null')
  return version?.place ?? Number.MAX_SAFE_INTEGER
}

export function checkListVersions(
  judge: Judge,
  operation: OperationOf<'list-object-versions'>,
  outcome: Outcome,
): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (refused(judge, operation, outcome, bucket === undefined ? MISSING : [])) return
  if (bucket === undefined) return
  const { prefix, delimiter, keyMarker, maxKeys } = operation
  const at = markedPlace(bucket, operation)
  const itemsOf = (name: string): readonly Line[] =>
    (bucket.names.get(name) ?? []).map((version) => ({ name, version }))
  const asked = { prefix, delimiter, marker: keyMarker }
  const all = entriesOf(namesOf(bucket.names.keys(), prefix), asked, itemsOf, ({ version }) =>
    at === undefined ? false : version.place < at,
  )
  const page = all.slice(0, maxKeys)
  const result = resultOf('list-object-versions', outcome)
  const checksumOf = (one: { readonly checksumAlgorithm?: string }): string | undefined =>
    judge.driver.unseen.has('listed.checksumAlgorithm') ? '' : one.checksumAlgorithm
  const expected = itemsIn(page)
  assert.deepEqual(
    result.versions.map((one) => [one.key, one.versionId, one.isLatest, one.deleteMarker]),
    expected.map(({ name, version }) => [name, version.id, bucket.names.get(name)?.[0] === version, version.marker]),
    'the versions of the page',
  )
  assert.deepEqual(
    result.versions
      .filter((one) => !one.deleteMarker)
      .map((one) => [one.key, one.size, one.lastModifiedMs, one.etag, one.storageClass, checksumOf(one)]),
    expected.filter(({ version }) => !version.marker).map((line) => listedLine(judge, line)),
    'what the page shows of the versions',
  )
  assert.deepEqual(result.groups, groupsOf(page), 'the groups of the page')
  const truncated = maxKeys > 0 && all.length > page.length
  const last = page.at(-1)
  const pageName = `list-versions ${operation.bucket}`
  assert.deepEqual([result.truncated, result.nextKeyMarker], [truncated, truncated ? last?.name : undefined])
  if (!truncated || last === undefined) {
    judge.world.pages.delete(pageName)
    return
  }
  const id = result.nextVersionIdMarker
  assert.equal(id === undefined, last.kind === 'group', 'a marker of a version behind a version, none behind a group')
  judge.world.pages.set(pageName, { prefix, delimiter, marker: last.name, ...(id === undefined ? {} : { id }) })
}

export function checkListUploads(judge: Judge, operation: OperationOf<'list-uploads'>, outcome: Outcome): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (refused(judge, operation, outcome, bucket === undefined ? MISSING : [])) return
  if (bucket === undefined) return
  const { prefix, delimiter, keyMarker, uploadIdMarker, maxUploads } = operation
  const uploads = [...bucket.uploads.values()]
  const names = namesOf(new Set(uploads.map((upload) => upload.key)), prefix)
  const asked = { prefix, delimiter, marker: keyMarker }
  const all = entriesOf(
    names,
    asked,
    // Of one name those that were begun first come first; ids begin with the time.
    (name) => uploads.filter((upload) => upload.key === name).sort((left, right) => byBytes(left.id, right.id)),
    (upload) => uploadIdMarker !== undefined && upload.id > uploadIdMarker,
  )
  const page = all.slice(0, maxUploads)
  const result = resultOf('list-uploads', outcome)
  assert.deepEqual(
    result.uploads.map((one) => [one.key, one.uploadId, one.startedMs, one.storageClass]),
    itemsIn(page).map((one) => [one.key, one.id, one.startedMs, one.properties.storageClass]),
    'the uploads of the page',
  )
  assert.deepEqual(result.groups, groupsOf(page), 'the groups of the page')
  const truncated = maxUploads > 0 && all.length > page.length
  const last = page.at(-1)
  const pageName = `list-uploads ${operation.bucket}`
  assert.deepEqual([result.truncated, result.nextKeyMarker], [truncated, truncated ? last?.name : undefined])
  if (!truncated || last === undefined) {
    judge.world.pages.delete(pageName)
    return
  }
  const id = last.kind === 'item' ? last.item.id : undefined
  assert.equal(result.nextUploadIdMarker, id)
  judge.world.pages.set(pageName, { prefix, delimiter, marker: last.name, ...(id === undefined ? {} : { id }) })
}

export function checkListBuckets(judge: Judge, operation: OperationOf<'list-buckets'>, outcome: Outcome): void {
  const { prefix = '', after = '', maxBuckets = 10_000 } = operation
  const all = [...judge.world.buckets.values()]
    .filter(({ name }) => name.startsWith(prefix) && byBytes(name, after) > 0)
    .sort((left, right) => byBytes(left.name, right.name))
  const page = all.slice(0, maxBuckets)
  const result = resultOf('list-buckets', outcome)
  assert.deepEqual(
    result.buckets.map((bucket) => [bucket.name, told(judge, bucket.createdMs)]),
    page.map((bucket) => [bucket.name, told(judge, bucket.createdMs)]),
  )
  if (!judge.driver.unseen.has('list-buckets.next')) {
    assert.equal(result.next, all.length > page.length ? page.at(-1)?.name : undefined)
  }
}
