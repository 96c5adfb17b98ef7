import type { HttpRequest } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import type { Decoded, DialectTranslator } from '../dialect.ts'
import { element, xmlDocument } from '../xml-writer.ts'
import type { OssDialectOptions } from './options.ts'

/** The translator, and the one reading of hosts that signatures and routing share with it. */
export interface OssDialect extends DialectTranslator<Decoded> {
  readonly name: 'oss'
  /** The bucket that a host name addresses; undefined: the path names it (or nothing does). */
  readonly bucketOfHost: (host: HttpRequest['host']) => string | undefined
}

const VENDOR_HOST = /^(?:([a-z0-9_-]+)\.)?(?:vpc100-)?oss(?:-[a-z0-9-]+)?\.aliyuncs\.com$/

export function createOssDialect(options: OssDialectOptions): OssDialect {
  const bases = options.domains.map((domain) => domain.toLowerCase())
  return {
    name: 'oss',
    bucketOfHost: ({ name }) => {
      const base = bases.find((domain) => name.endsWith(`.${domain}`))
      return base === undefined ? VENDOR_HOST.exec(name)?.[1] : name.slice(0, -base.length - 1)
    },
    decode: () => refuse({ kind: 'not-implemented', detail: 'The OSS dialect is not implemented.' }),
    encode: ({ operation }) => {
      throw new Error(`the OSS dialect has no answer for ${operation.kind}`)
    },
    encodeFailure: (failure, { requestId, method }) => {
      const [status, code] = failure.kind === 'not-implemented' ? [501, 'NotImplemented'] : [403, 'AccessDenied']
      const headers = [['x-oss-request-id', requestId] as const]
      if (method === 'HEAD') return { status, headers }
      const body = xmlDocument('Error', undefined, element('Code', code), element('RequestId', requestId))
      return { status, headers: [...headers, ['Content-Type', 'application/xml'] as const], body }
    },
  }
}
