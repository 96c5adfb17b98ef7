import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { changeFile, flipped, type StoredVersion } from './stopped-data.ts'
import type { TamperKind } from './tamper-kind.ts'

const HEADER_BYTES = 56

function partsKind(
  name: string,
  change: TamperKind['change'],
  more: Partial<Pick<TamperKind, 'needs'>> = {},
): TamperKind {
  return { name, of: 'parts', shapes: ['multipart'], ...more, change }
}

function pageOf(version: StoredVersion): Buffer {
  assert.equal(version.pageKeys.length, 1)
  return version.pageKeys[0] ?? assert.fail()
}

function blobsOf(version: StoredVersion): readonly [string, string] {
  const [first, second, ...others] = version.blobs
  assert.ok(first !== undefined && second !== undefined && others.length === 0)
  return [first, second]
}

/** Every part is given the bytes of the donor's part of the same number. */
function foreignParts(target: StoredVersion, donor: StoredVersion): void {
  const theirs = blobsOf(donor)
  for (const [index, path] of blobsOf(target).entries()) {
    changeFile(path, () => readFileSync(theirs[index] ?? assert.fail()))
  }
}

/** Both parts are of one size, so that only what they are bound to tells them apart. */
export const PARTS_KINDS: readonly TamperKind[] = [
  partsKind('parts exchanged', (_, target) => {
    const [first, second] = blobsOf(target)
    const [one, two] = [readFileSync(first), readFileSync(second)]
    changeFile(first, () => two)
    changeFile(second, () => one)
  }),
  partsKind('a part in place of the other', (_, target) => {
    const [first, second] = blobsOf(target)
    changeFile(first, () => readFileSync(second))
  }),
  partsKind('a part of another upload', (_, target, { other }) => {
    changeFile(blobsOf(target)[1], () => readFileSync(blobsOf(other)[1]))
  }),
  partsKind('parts of another upload', (_, target, { other }) => foreignParts(target, other)),
  partsKind(
    'parts of the upload of its name in another bucket',
    (_, target, { twin }) => foreignParts(target, twin()),
    {
      needs: 'twin',
    },
  ),
  partsKind('parts of an older version', (_, target, { older }) => foreignParts(target, older()), { needs: 'older' }),
  partsKind('a flipped byte of a part', (_, target) => {
    changeFile(blobsOf(target)[1], (blob) => flipped(blob, HEADER_BYTES + 7))
  }),
  partsKind('no blob of a part', (_, target) => changeFile(blobsOf(target)[1], () => undefined)),
  partsKind('a flipped page', (data, target) => {
    const key = pageOf(target)
    data.putRow(key, flipped(data.row(key), -20))
  }),
  partsKind('a page cut short', (data, target) => {
    const key = pageOf(target)
    data.putRow(key, data.row(key).subarray(0, -1))
  }),
  partsKind('no page', (data, target) => data.removeRow(pageOf(target))),
  partsKind('the page of another upload', (data, target, { other }) => {
    data.putRow(pageOf(target), data.row(pageOf(other)))
  }),
  partsKind(
    'the page of an older version',
    (data, target, { older }) => {
      data.putRow(pageOf(target), data.row(pageOf(older())))
    },
    { needs: 'older' },
  ),
  partsKind('record and page of another upload', (data, target, { other }) => {
    data.putRow(target.rowKey, other.row)
    data.putRow(pageOf(target), data.row(pageOf(other)))
  }),
]
