import { bucketAtOf } from '../bucket-at.ts'
import type { Decoded, DialectTranslator } from '../dialect.ts'
import { createAddressing, type Addressing } from './address.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { describeFailure, encodeFailure } from './failures.ts'
import type { OssDialectOptions } from './options.ts'

/** The translator, and the one reading of hosts that signatures and routing share with it. */
export interface OssDialect extends DialectTranslator<Decoded>, Pick<Addressing, 'bucketOfHost'> {
  readonly name: 'oss'
}

export function createOssDialect(options: OssDialectOptions): OssDialect {
  const addressing = createAddressing(options.domains)
  return {
    name: 'oss',
    bucketOfHost: addressing.bucketOfHost,
    bucketAt: bucketAtOf(addressing),
    decode: (covered) => decode(covered, addressing, options),
    encode: (answer, context) => encode(answer, context, options),
    encodeFailure,
    describeFailure,
  }
}
