import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { UnsealedRecord } from './insider.ts'
import type { StoppedData, StoredVersion } from './stopped-data.ts'
import type { Shape, TamperKind } from './tamper-kind.ts'

/*
 * What somebody can try who has the disk and the metadata key, but no key of data: records that are sealed as they should
 * be, and say something else. Envelopes and streams are bound to the seal id, to their part and to their layer, so that
 * nothing of one object serves for another.
 */

const STREAMS: readonly Shape[] = ['small', 'multipart']
const EVERY_SHAPE: readonly Shape[] = ['inline', ...STREAMS]
const ONE_BLOB: readonly Shape[] = ['small']
const KMS = ['sse-kms', 'dsse-kms', 'bucket-key'] as const

type Edit = (own: UnsealedRecord, donor: UnsealedRecord, weakest: UnsealedRecord) => UnsealedRecord

function insiderKind(
  name: string,
  where: Pick<TamperKind, 'shapes' | 'modes' | 'needs' | 'refusal'>,
  edit: Edit,
): TamperKind {
  return {
    name,
    of: 'insider',
    ...where,
    change: (data, target, donors) => {
      const donor = where.needs === 'twin' ? donors.twin() : donors.other
      const own = data.insider.open(target)
      const changed = edit(own, data.insider.open(donor), data.insider.open(donors.weakest))
      assert.notDeepEqual(changed, own, `${name} changes nothing`)
      data.putRow(target.rowKey, data.insider.seal(target, changed))
    },
  }
}

/** The detail's member at a path takes the donor's value. */
function taking(...path: readonly string[]): Edit {
  return (own, donor) => ({ ...own, detail: withMember(own.detail, path, memberOf(donor.detail, path)) })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function memberOf(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at, name) => (isObject(at) && name in at ? at[name] : assert.fail(`no ${path.join('.')}`)), value)
}

function withMember(value: unknown, [name, ...rest]: readonly string[], member: unknown): unknown {
  if (name === undefined) return member
  assert.ok(isObject(value) && name in value, name)
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (String(index) === name ? withMember(item, rest, member) : item))
  }
  return { ...value, [name]: withMember(value[name], rest, member) }
}

function edited(own: UnsealedRecord, path: readonly string[], change: (value: unknown) => unknown): UnsealedRecord {
  return { ...own, detail: withMember(own.detail, path, change(memberOf(own.detail, path))) }
}

function withClear(own: UnsealedRecord, change: (clear: Buffer) => void): UnsealedRecord {
  const clear = Buffer.from(own.clear)
  change(clear)
  return { ...own, clear }
}

const STREAM = ['manifest', 'stream'] as const

/** One whole segment less, with every length said accordingly: the stream would have another end. */
function shortened(own: UnsealedRecord): UnsealedRecord {
  const stream = memberOf(own.detail, STREAM)
  assert.ok(isObject(stream) && typeof stream['length'] === 'number' && typeof stream['segmentBytes'] === 'number')
  const { length, segmentBytes, layers } = stream
  assert.ok(Array.isArray(layers))
  const less = length - (length % segmentBytes)
  const sealed = (plain: number): number => 56 + plain + 16 * (Math.floor(plain / segmentBytes) + 1)
  const sealedLength = layers.reduce((inner: number) => sealed(inner), less)
  const changed = edited(own, STREAM, () => ({ ...stream, length: less, sealedLength }))
  return withClear(changed, (clear) => clear.writeBigUInt64BE(BigInt(less), 8))
}

/** Only the inner layer is said to be there, and no second key is asked for. */
function withoutOuterLayer(own: UnsealedRecord): UnsealedRecord {
  const encryption = memberOf(own.detail, ['encryption'])
  assert.ok(isObject(encryption))
  const { account, serviceKeyVersion, outerEnvelope, ...inner } = encryption
  assert.ok(account !== undefined && serviceKeyVersion !== undefined && outerEnvelope !== undefined)
  const single = edited(own, ['encryption'], () => ({ ...inner, mode: 'sse-kms' }))
  const stripped = edited(single, STREAM, (stream) => {
    assert.ok(isObject(stream) && Array.isArray(stream['layers']) && typeof stream['length'] === 'number')
    const { length } = stream
    return {
      ...stream,
      layers: stream['layers'].slice(0, 1),
      sealedLength: 56 + length + 16 * Math.floor(length / 16_384 + 1),
    }
  })
  return withClear(stripped, (clear) => clear.writeUInt8(2, 2))
}

/** The outer header and envelope of another object, around the own inner layer. */
function foreignOuterLayer(own: UnsealedRecord, donor: UnsealedRecord): UnsealedRecord {
  const taken = edited(own, ['encryption', 'outerEnvelope'], () =>
    memberOf(donor.detail, ['encryption', 'outerEnvelope']),
  )
  const path = [...STREAM, 'layers', '1']
  return edited(taken, path, () => memberOf(donor.detail, path))
}

function flippedBase64(at: number): (value: unknown) => string {
  return (value) => {
    assert.ok(typeof value === 'string')
    const bytes = Buffer.from(value, 'base64')
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    return bytes.toString('base64')
  }
}

const KEY_UID_AT = 8

function weakened(own: UnsealedRecord, _: UnsealedRecord, weakest: UnsealedRecord): UnsealedRecord {
  const changed = edited(own, ['encryption'], () => memberOf(weakest.detail, ['encryption']))
  return withClear(changed, (clear) => clear.writeUInt8(1, 2))
}

/** Parts in pages: the streams change places, the part numbers stay, and the table has the digest of it. */
function pageKind(
  name: string,
  edit: (entries: readonly unknown[], donor: readonly unknown[]) => unknown[],
): TamperKind {
  return {
    name,
    of: 'insider',
    shapes: ['multipart'],
    change: (data: StoppedData, target: StoredVersion, { other }) => {
      const entries = edit(data.insider.openPage(target), data.insider.openPage(other))
      const content = Buffer.from(JSON.stringify({ v: 1, entries }))
      data.putRow(target.pageKeys[0] ?? assert.fail(), data.insider.sealPage(target, content))
      const digest = createHash('sha256').update(content).digest('base64')
      const path = ['manifest', 'table', 'pages', '0', '2']
      data.putRow(
        target.rowKey,
        data.insider.seal(
          target,
          edited(data.insider.open(target), path, () => digest),
        ),
      )
    },
  }
}

function exchanged(entries: readonly unknown[], streams: readonly unknown[]): unknown[] {
  return entries.map((entry, index) => {
    const stream = streams[index]
    assert.ok(isObject(entry) && isObject(stream))
    return { ...entry, blob: stream['blob'], stream: stream['stream'] }
  })
}

export const INSIDER_KINDS: readonly TamperKind[] = [
  insiderKind(
    'the envelope of another object',
    { shapes: STREAMS, modes: ['sse-s3', 'sse-c', 'bucket-key'] },
    taking('encryption', 'envelope'),
  ),
  insiderKind('the probe of another object', { shapes: ['inline'], modes: ['sse-c'] }, taking('encryption', 'probe')),
  insiderKind(
    'the data key of another object',
    { shapes: EVERY_SHAPE, modes: ['sse-kms', 'dsse-kms'] },
    (own, donor) => {
      return taking('encryption', 'context')(taking('encryption', 'blob')(own, donor, donor), donor, donor)
    },
  ),
  insiderKind(
    'all of the encryption of another object',
    { shapes: EVERY_SHAPE, modes: ['sse-kms', 'dsse-kms', 'sse-c'] },
    taking('encryption'),
  ),
  insiderKind('a flipped envelope', { shapes: STREAMS, modes: ['sse-s3', 'sse-c', 'bucket-key'] }, (own) =>
    edited(own, ['encryption', 'envelope'], flippedBase64(70)),
  ),
  insiderKind('the source of an envelope', { shapes: STREAMS, modes: ['sse-s3', 'sse-c', 'bucket-key'] }, (own) =>
    edited(own, ['encryption', 'envelope'], flippedBase64(5)),
  ),
  insiderKind('another version of the service key', { shapes: EVERY_SHAPE, modes: ['sse-s3', 'dsse-kms'] }, (own) =>
    edited(own, ['encryption', 'serviceKeyVersion'], () => 2),
  ),
  insiderKind('the service key of another account', { shapes: EVERY_SHAPE, modes: ['sse-s3', 'dsse-kms'] }, (own) =>
    edited(own, ['encryption', 'account'], () => '000000000002'),
  ),
  insiderKind('another key id in the wrap', { shapes: EVERY_SHAPE, modes: ['sse-kms', 'dsse-kms'] }, (own) =>
    edited(own, ['encryption', 'blob'], flippedBase64(KEY_UID_AT)),
  ),
  insiderKind(
    'the key of another bucket',
    { shapes: EVERY_SHAPE, modes: ['sse-kms', 'dsse-kms'], needs: 'twin' },
    taking('encryption', 'keyArn'),
  ),
  insiderKind(
    'the bucket key of another bucket',
    { shapes: EVERY_SHAPE, modes: ['bucket-key'], needs: 'twin' },
    (own, donor) =>
      ['blob', 'context', 'keyArn', 'keyUid', 'bucketKeyId'].reduce(
        (record, name) => taking('encryption', name)(record, donor, donor),
        own,
      ),
  ),
  insiderKind(
    'the context of another name',
    { shapes: EVERY_SHAPE, modes: ['sse-kms', 'dsse-kms'] },
    taking('encryption', 'context'),
  ),
  insiderKind('the weakest mode', { shapes: EVERY_SHAPE, modes: KMS }, weakened),
  // Who sends a customer's key for an object that says it has none is told so.
  insiderKind(
    'no customer key',
    { shapes: EVERY_SHAPE, modes: ['sse-c'], refusal: { status: 400, failure: 'customer-key-mismatch' } },
    weakened,
  ),
  insiderKind('a mode that its encryption does not have', { shapes: EVERY_SHAPE, modes: [...KMS, 'sse-c'] }, (own) =>
    withClear(own, (clear) => clear.writeUInt8(1, 2)),
  ),
  insiderKind('the seal id of another object', { shapes: EVERY_SHAPE }, (own, donor) =>
    withClear(own, (clear) => donor.clear.copy(clear, 40, 40, 56)),
  ),
  insiderKind('the body of another object', { shapes: ['inline'] }, (own, donor) => ({ ...own, inline: donor.inline })),
  insiderKind('the stream of another object', { shapes: ONE_BLOB }, taking('manifest')),
  insiderKind('the blob of another object', { shapes: ONE_BLOB }, taking('manifest', 'blob')),
  insiderKind('the table of another upload', { shapes: ['multipart'] }, taking('manifest')),
  insiderKind('a segment less', { shapes: ['small', 'large'] }, shortened),
  insiderKind('another size of segments', { shapes: ['small', 'large'] }, (own) =>
    edited(own, [...STREAM, 'segmentBytes'], (size) => (size === 65_536 ? 16_384 : 65_536)),
  ),
  insiderKind('a flipped salt and commitment', { shapes: ONE_BLOB }, (own) => {
    const salted = edited(own, [...STREAM, 'layers', '0', 'salt'], flippedBase64(0))
    return edited(salted, [...STREAM, 'layers', '0', 'commitment'], flippedBase64(0))
  }),
  insiderKind('the outer layer taken off', { shapes: ONE_BLOB, modes: ['dsse-kms'] }, withoutOuterLayer),
  insiderKind('the outer layer of another object', { shapes: ONE_BLOB, modes: ['dsse-kms'] }, foreignOuterLayer),
  pageKind('parts exchanged in their page', (entries) => exchanged(entries, entries.toReversed())),
  pageKind('a part of another upload in the page', (entries, donor) => exchanged(entries, [entries[0], donor[1]])),
  pageKind('parts in another order', (entries) => entries.toReversed()),
  pageKind('a part twice', (entries) => [entries[0], entries[0]]),
  pageKind('a part left out', (entries) => entries.slice(1)),
]
