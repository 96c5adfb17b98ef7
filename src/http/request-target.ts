import { lowerCaseAscii } from './query-string.ts'

export interface RequestTarget {
  readonly rawPath: string
  readonly rawQuery: string
  readonly hasQuery: boolean
}

/** No controls, no space, nothing beyond ASCII, no `#` (others cut there) and no `\` (others make it `/`): T-008. */
const CLEAN = /^[\x21\x22\x24-\x5b\x5d-\x7e]+$/
const ABSOLUTE = /^https?:\/\/([^/?]*)(.*)$/i

/**
 * The request target, byte for byte. The absolute form is stripped, and only taken if its authority is the `Host` that
 * was sent (T-007). `asterisk`: the server as a whole. Undefined: no target.
 */
export function parseTarget(target: string, rawHost: string): RequestTarget | 'asterisk' | undefined {
  if (!CLEAN.test(target)) return undefined
  if (target === '*') return 'asterisk'
  if (target.startsWith('/')) return split(target)
  const fields = ABSOLUTE.exec(target)
  if (fields === null) return undefined
  const [, authority = '', rest = ''] = fields
  if (authority === '' || lowerCaseAscii(authority) !== lowerCaseAscii(rawHost)) return undefined
  return split(rest.startsWith('/') ? rest : `/${rest}`)
}

function split(target: string): RequestTarget {
  const mark = target.indexOf('?')
  if (mark < 0) return { rawPath: target, rawQuery: '', hasQuery: false }
  return { rawPath: target.slice(0, mark), rawQuery: target.slice(mark + 1), hasQuery: true }
}
