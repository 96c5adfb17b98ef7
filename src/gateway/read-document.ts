import { checksumOf } from '../objects/index.ts'
import { equalInConstantTime, md5 } from '../secrets/index.ts'
import { CHECKSUM_BYTES, refuse, type BodyExpectation } from '../operations/index.ts'
import { decodeBase64Strict } from '../http/index.ts'
import type { PromisedBody } from '../auth/index.ts'
import type { WantedDocument } from '../dialects/index.ts'

/**
 * The whole body of a configuration request, at most as long as its operation allows, after everything that was promised
 * about it was checked. A body that nobody reads ends the connection; the edge sees to that.
 */
export async function readDocument(
  document: WantedDocument,
  body: PromisedBody,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { maxBytes: limitBytes, expect, required } = document
  if (body.length !== undefined && body.length > limitBytes) refuse({ kind: 'entity-too-large', limitBytes })
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body.read(signal)) {
    bytes += piece.length
    if (bytes > limitBytes) refuse({ kind: 'entity-too-large', limitBytes })
    pieces.push(piece)
  }
  const whole = Buffer.concat(pieces, bytes)
  if (whole.length === 0 && required) refuse({ kind: 'missing-body' })
  await check(whole, expect, body)
  return whole
}

async function check(whole: Uint8Array, expect: BodyExpectation, body: PromisedBody): Promise<void> {
  if (expect.md5 !== undefined) compare('md5', expect.md5, md5(whole))
  const checksum = expect.checksum
  if (checksum === undefined || checksum.value === 'compute') return
  const { algorithm } = checksum
  const expected = checksum.value === 'trailer' ? trailerValue(algorithm, body) : checksum.value
  compare(algorithm, expected, await checksumOf(algorithm, whole))
}

function trailerValue(algorithm: keyof typeof CHECKSUM_BYTES, body: PromisedBody): Uint8Array {
  const name = `x-amz-checksum-${algorithm}`
  const bytes = decodeBase64Strict(body.trailer(name) ?? '')
  if (bytes?.length !== CHECKSUM_BYTES[algorithm]) {
    return refuse({ kind: 'malformed-trailer', detail: `${name} was announced and did not come as it should` })
  }
  return bytes
}

function compare(algorithm: keyof typeof CHECKSUM_BYTES | 'md5', expected: Uint8Array, computed: Uint8Array): void {
  if (equalInConstantTime(expected, computed)) return
  const shown = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
  refuse({ kind: 'bad-digest', algorithm, expected: shown(expected), computed: shown(computed) })
}
