import { refuse } from '../operations/index.ts'

/** No refusal repeats more of a request than this. */
const MAX_SHOWN_VALUE = 256

/** `invalid-argument`, with the beginning of the value where it may be shown. */
export function refuseArgument(argument: string, value: string | undefined, detail: string): never {
  const shown = value === undefined ? {} : { value: value.slice(0, MAX_SHOWN_VALUE) }
  return refuse({ kind: 'invalid-argument', argument, detail, ...shown })
}
