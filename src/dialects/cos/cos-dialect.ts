import type { HttpRequest } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import type { Decoded, DialectTranslator } from '../dialect.ts'
import { element, xmlDocument } from '../xml-writer.ts'
import type { CosDialectOptions } from './options.ts'

/** The translator, and the one reading of hosts that signatures and routing share with it. */
export interface CosDialect extends DialectTranslator<Decoded> {
  readonly name: 'cos'
  /** The bucket that a host name addresses; undefined: the path names it (or nothing does). */
  readonly bucketOfHost: (host: HttpRequest['host']) => string | undefined
}

const VENDOR_HOST = /^(?:([a-z0-9-]+)\.)?cos\.[a-z0-9-]+\.(?:myqcloud\.com|tencentcos\.cn)$/

export function createCosDialect(options: CosDialectOptions): CosDialect {
  const bases = options.domains.map((domain) => domain.toLowerCase())
  return {
    name: 'cos',
    bucketOfHost: ({ name }) => {
      const base = bases.find((domain) => name.endsWith(`.${domain}`))
      return base === undefined ? VENDOR_HOST.exec(name)?.[1] : name.slice(0, -base.length - 1)
    },
    decode: () => refuse({ kind: 'not-implemented', detail: 'The COS dialect is not implemented.' }),
    encode: ({ operation }) => {
      throw new Error(`the COS dialect has no answer for ${operation.kind}`)
    },
    encodeFailure: (failure, { requestId, method }) => {
      const [status, code] = failure.kind === 'not-implemented' ? [501, 'NotImplemented'] : [403, 'AccessDenied']
      const headers = [['x-cos-request-id', requestId] as const]
      if (method === 'HEAD') return { status, headers }
      const body = xmlDocument('Error', undefined, element('Code', code), element('RequestId', requestId))
      return { status, headers: [...headers, ['Content-Type', 'application/xml'] as const], body }
    },
  }
}
