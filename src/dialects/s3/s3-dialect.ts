import { bucketAtOf } from '../bucket-at.ts'
import type { Decoded, DialectTranslator } from '../dialect.ts'
import { createAddressing, type Addressing } from './address.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { describeFailure, encodeFailure } from './failures.ts'
import type { S3DialectOptions } from './options.ts'

/** The translator, and the one reading of hosts that signatures and routing share with it. */
export interface S3Dialect extends DialectTranslator<Decoded>, Pick<Addressing, 'bucketOfHost'> {
  readonly name: 's3'
}

export function createS3Dialect(options: S3DialectOptions): S3Dialect {
  const addressing = createAddressing(options.domains)
  return {
    name: 's3',
    bucketOfHost: addressing.bucketOfHost,
    bucketAt: bucketAtOf(addressing),
    decode: (covered) => decode(covered, addressing, options),
    encode,
    encodeFailure,
    describeFailure,
  }
}
