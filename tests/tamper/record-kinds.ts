import assert from 'node:assert/strict'
import { CLEAR_AT, EPOCH_AT, ETAG_AT, flipped, RECORD_AT } from './stopped-data.ts'
import type { Donors, Shape, TamperKind } from './tamper-kind.ts'

const EVERY_SHAPE: readonly Shape[] = ['inline', 'small', 'multipart']
const MODES = 5

function recordKind(
  name: string,
  change: (row: Buffer, donors: Donors) => Buffer,
  more: Partial<Pick<TamperKind, 'shapes' | 'needs'>> = {},
): TamperKind {
  return {
    name,
    of: 'record',
    shapes: EVERY_SHAPE,
    ...more,
    change: (data, target, donors) => {
      const changed = change(target.row, donors)
      assert.ok(!changed.equals(target.row), `${name} changes nothing`)
      data.putRow(target.rowKey, changed)
    },
  }
}

/** Exchanges some bytes for those of the donor. */
function patched(row: Buffer, donor: Buffer, at: number, length = donor.length - at): Buffer {
  return Buffer.concat([row.subarray(0, at), donor.subarray(at, at + length), row.subarray(at + length)])
}

function withByte(row: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(row)
  copy.writeUInt8(byte, at)
  return copy
}

const MODE_AT = CLEAR_AT + 2
const SEAL_ID_AT = CLEAR_AT + 40
const SECRET_AT = CLEAR_AT + 56

export const RECORD_KINDS: readonly TamperKind[] = [
  recordKind('a flipped format', (row) => flipped(row, RECORD_AT)),
  recordKind('a flipped epoch', (row) => flipped(row, EPOCH_AT)),
  recordKind('a flipped counter', (row) => flipped(row, EPOCH_AT + 15)),
  recordKind('a flipped ETag', (row) => flipped(row, ETAG_AT)),
  recordKind('the next mode', (row) => withByte(row, MODE_AT, (row.readUInt8(MODE_AT) + 1) % MODES)),
  recordKind('the mode none', (row) => withByte(row, MODE_AT, 0)),
  recordKind('the mark of a delete marker', (row) => flipped(row, CLEAR_AT + 1)),
  recordKind('another size', (row) => flipped(row, CLEAR_AT + 15)),
  recordKind('another time', (row) => flipped(row, CLEAR_AT + 23)),
  recordKind('another count of parts', (row) => flipped(row, CLEAR_AT + 7)),
  recordKind('the seal id of another object', (row, { other }) => patched(row, other.row, SEAL_ID_AT, 16)),
  recordKind('the clear part of another object', (row, { other }) => patched(row, other.row, CLEAR_AT, 56)),
  recordKind('the sealed part of another object', (row, { other }) => patched(row, other.row, SECRET_AT)),
  recordKind('a flipped byte of the sealed part', (row) => flipped(row, SECRET_AT + 20)),
  recordKind('a flipped byte near its end', (row) => flipped(row, -40)),
  recordKind('a flipped tag', (row) => flipped(row, -1)),
  recordKind('a byte cut off', (row) => row.subarray(0, -1)),
  recordKind('a byte added', (row) => Buffer.concat([row, Buffer.of(0)])),
  recordKind('nothing but the revision', (row) => row.subarray(0, RECORD_AT)),
  recordKind('the record of another object', (_, { other }) => other.row),
  recordKind('the record of its name in another bucket', (_, { twin }) => twin().row, { needs: 'twin' }),
  recordKind('the record of an older version', (_, { older }) => older().row, { needs: 'older' }),
  recordKind('the record of an object of two parts', (_, { parts }) => parts.row, { shapes: ['inline', 'small'] }),
  recordKind('the record of an object of the weakest mode', (row, { weakest, other }) =>
    row.readUInt8(MODE_AT) === weakest.row.readUInt8(MODE_AT) ? other.row : weakest.row,
  ),
]
