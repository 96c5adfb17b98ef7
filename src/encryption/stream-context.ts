/** What a stream or an inline message is bound to. docs/object-format.md, "Contexts". */

export const SEAL_ID_BYTES = 16
export const INNER_LAYER = 0
export const OUTER_LAYER = 1

/** Inline bodies and single streams have no part number. */
export const NO_PART = 0

const LABEL = Buffer.from('coffer/v1/part\0', 'ascii')

export const STREAM_CONTEXT_BYTES = LABEL.length + SEAL_ID_BYTES + 4 + 1

/** `coffer/v1/part`, a zero byte, seal id, part number (u32, big-endian), layer. */
export function streamContext(sealId: Uint8Array, partNumber: number, layer: number): Buffer {
  if (sealId.length !== SEAL_ID_BYTES) throw new RangeError('a seal id has 16 bytes')
  const context = Buffer.allocUnsafe(STREAM_CONTEXT_BYTES)
  context.set(LABEL)
  context.set(sealId, LABEL.length)
  context.writeUInt32BE(partNumber, LABEL.length + SEAL_ID_BYTES)
  context[STREAM_CONTEXT_BYTES - 1] = layer
  return context
}
