import type { HttpRequest, IncomingBody } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import { readWhole } from './promised-body.ts'
import { sha256Hex } from './signatures/sigv4.ts'

/** A small body that was read before its signature could be verified. */
export interface WholeBody {
  readonly bytes: Uint8Array
  /** Hexadecimal. */
  readonly sha256: string
  /** The same again, to be read once more. */
  readonly body: IncomingBody
}

/** For schemes that sign a digest which no header tells. More than `limitBytes` is `entity-too-large`. */
export async function readWholeBody(request: HttpRequest, limitBytes: number): Promise<WholeBody> {
  const whole = await readWhole(request.body, limitBytes, request.signal)
  if (whole === undefined) return refuse({ kind: 'entity-too-large', limitBytes })
  return { ...whole, sha256: sha256Hex(whole.bytes) }
}
