import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  MAX_PART_NUMBER,
  MIN_PART_BYTES,
  refuse,
  type BodySum,
  type Checksum,
  type ChecksumAlgorithm,
  type CompleteUpload,
} from '../../operations/index.ts'
import { equalInConstantTime } from '../../secrets/index.ts'
import type { MetadataReader } from '../../storage/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { checksumsAmong } from '../bodies/body-sums.ts'
import { combineCrcs, isCombinable } from '../bodies/crc-combine.ts'
import { openPart, type PartRecord } from '../rows/part-record.ts'
import { partKey } from '../rows/row-keys.ts'
import { checksumOf } from '../bodies/checksums.ts'
import type { UploadRecord } from '../rows/upload-record.ts'

/** 5 TiB. */
export const MAX_OBJECT_BYTES = 5 * 1024 ** 4
/** How many part rows are read, opened and checked in one turn of the event loop: a few milliseconds. */
const ROWS_AT_ONCE = 256

export interface ListedPartRecord extends PartRecord {
  readonly part: number
}

/** What can be said of a list without reading anything: it is not empty, ascends, and is not too long. */
export function checkOrder(parts: CompleteUpload['parts']): void {
  if (parts.length === 0) refuse({ kind: 'malformed-xml', detail: 'You must specify at least one part' })
  if (parts.length > MAX_PART_NUMBER) refuse({ kind: 'malformed-xml', detail: 'too many parts' })
  let before = 0
  for (const { partNumber } of parts) {
    if (partNumber <= before) refuse({ kind: 'invalid-part-order' })
    before = partNumber
  }
}

/** The parts of the list as they were uploaded; each has to be there, and to be the one that the client means. */
export async function readListedParts(
  rooms: { readonly store: MetadataReader; readonly records: RecordSealer },
  uploadId: Uint8Array,
  { parts: listed, minPartBytes = MIN_PART_BYTES }: Pick<CompleteUpload, 'parts' | 'minPartBytes'>,
): Promise<readonly ListedPartRecord[]> {
  const found: ListedPartRecord[] = []
  let total = 0
  for (let first = 0; first < listed.length; first += ROWS_AT_ONCE) {
    if (first > 0) await nextTurn()
    const slice = listed.slice(first, first + ROWS_AT_ONCE)
    const rows = await rooms.store.getMany(slice.map(({ partNumber }) => partKey(uploadId, partNumber)))
    for (const [index, { partNumber, etag }] of slice.entries()) {
      const row = rows[index]
      const part = row === undefined ? undefined : openPart(rooms.records, row)
      if (part === undefined || Buffer.from(part.etag).toString('hex') !== etag) {
        return refuse({ kind: 'invalid-part', partNumber, detail: 'the part was not uploaded, or its ETag is another' })
      }
      const isLast = first + index === listed.length - 1
      if (!isLast && part.size < minPartBytes) {
        return refuse({ kind: 'entity-too-small', partNumber, limitBytes: minPartBytes })
      }
      total += part.size
      found.push({ ...part, part: partNumber })
    }
  }
  if (total > MAX_OBJECT_BYTES) refuse({ kind: 'entity-too-large', limitBytes: MAX_OBJECT_BYTES })
  return found
}

/** The MD5 of the parts' MD5s, in order: a multipart ETag before its count. */
export function multipartMd5(parts: readonly PartRecord[]): Buffer {
  const md5 = createHash('md5')
  for (const part of parts) md5.update(part.etag)
  return md5.digest()
}

/** The sums of a part's body, opened. */
export interface PartSums {
  readonly part: number
  readonly size: number
  readonly sums: readonly BodySum[]
}

/** Each value that the client lists is the part's; a composite upload has to list all of them. */
export function checkPartChecksums(operation: CompleteUpload, upload: UploadRecord, parts: readonly PartSums[]): void {
  for (const [index, { partNumber, checksum }] of operation.parts.entries()) {
    if (checksum === undefined) {
      if (upload.checksum?.type !== 'composite') continue
      const detail =
        `The upload was created using a ${upload.checksum.algorithm} checksum. The complete request must include ` +
        `the checksum for each part. It was missing for part ${partNumber} in the request.`
      return refuse({ kind: 'invalid-request', detail })
    }
    const stored = parts[index]?.sums.find(({ algorithm }) => algorithm === checksum.algorithm)
    if (stored === undefined || !equalInConstantTime(stored.value, checksum.value)) {
      return refuse({ kind: 'invalid-part', partNumber, detail: 'its checksum is another' })
    }
  }
}

/**
 * The whole object's checksum: of the kind that the upload was created with; where none was named, full-object, if
 * the parts allow it.
 */
export async function wholeChecksum(upload: UploadRecord, parts: readonly PartSums[]): Promise<Checksum | undefined> {
  const algorithm = upload.checksum?.algorithm ?? checksumsAmong(parts[0]?.sums ?? [])[0]?.algorithm
  const pieces = algorithm === undefined ? undefined : piecesOf(parts, algorithm)
  if (algorithm === undefined || pieces === undefined) return undefined
  return (upload.checksum?.type ?? 'full-object') === 'composite'
    ? compositeOf(algorithm, pieces)
    : await fullOf(algorithm, pieces)
}

/** The CRC-64 of ECMA-182 of the whole, where each part has one. */
export async function wholeCrc64(parts: readonly PartSums[]): Promise<BodySum | undefined> {
  const pieces = piecesOf(parts, 'crc64ecma')
  if (pieces === undefined) return undefined
  return { algorithm: 'crc64ecma', type: 'full-object', value: await combineCrcs('crc64ecma', pieces) }
}

/** Undefined: a part has none of this kind. */
function piecesOf(
  parts: readonly PartSums[],
  wanted: BodySum['algorithm'],
): readonly { readonly value: Uint8Array; readonly length: number }[] | undefined {
  const pieces: { value: Uint8Array; length: number }[] = []
  for (const { sums, size } of parts) {
    const sum = sums.find(({ algorithm }) => algorithm === wanted)
    if (sum === undefined) return undefined
    pieces.push({ value: sum.value, length: size })
  }
  return pieces
}

async function compositeOf(
  algorithm: ChecksumAlgorithm,
  pieces: readonly { readonly value: Uint8Array }[],
): Promise<Checksum> {
  const value = await checksumOf(algorithm, Buffer.concat(pieces.map((piece) => piece.value)))
  return { algorithm, type: 'composite', value, parts: pieces.length }
}

async function fullOf(
  algorithm: ChecksumAlgorithm,
  pieces: readonly { readonly value: Uint8Array; readonly length: number }[],
): Promise<Checksum | undefined> {
  if (!isCombinable(algorithm)) return undefined
  return { algorithm, type: 'full-object', value: await combineCrcs(algorithm, pieces) }
}

/** What the client says of the whole against what it is. */
export function checkWhole(
  operation: CompleteUpload,
  upload: UploadRecord,
  size: number,
  whole: Checksum | undefined,
): void {
  if (operation.objectSize !== undefined && operation.objectSize !== size) {
    const detail = `The provided 'x-amz-mp-object-size' header value ${operation.objectSize} does not match ${size}`
    refuse({ kind: 'invalid-request', detail })
  }
  const { checksum, checksumType } = operation
  if (checksumType !== undefined && upload.checksum !== undefined && checksumType !== upload.checksum.type) {
    refuse({ kind: 'invalid-request', detail: 'The checksum type is not the one that the upload was created with' })
  }
  if (checksum === undefined) return
  if (whole === undefined || whole.algorithm !== checksum.algorithm || whole.type !== checksum.type) {
    return refuse({
      kind: 'invalid-request',
      detail: 'The checksum is not of the kind that the upload was created with',
    })
  }
  if (!equalInConstantTime(whole.value, checksum.value)) {
    const base64 = (value: Uint8Array): string => Buffer.from(value).toString('base64')
    const [expected, computed] = [base64(checksum.value), base64(whole.value)]
    refuse({ kind: 'bad-digest', algorithm: checksum.algorithm, expected, computed })
  }
}
