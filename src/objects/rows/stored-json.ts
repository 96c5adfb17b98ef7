import { refuse } from '../../operations/index.ts'

/** The JSON of a record that authenticated; `what` names the record that is damaged where it is none. */
export function parseStoredJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  } catch {
    return refuse({ kind: 'integrity', what })
  }
}
