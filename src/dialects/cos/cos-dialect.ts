import { bucketAtOf } from '../bucket-at.ts'
import type { Decoded, DialectTranslator } from '../dialect.ts'
import { createAddressing, type Addressing } from './address.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { describeFailure, encodeFailure } from './failures.ts'
import type { CosDialectOptions } from './options.ts'

/** The translator, and the one reading of hosts that signatures and routing share with it. */
export interface CosDialect extends DialectTranslator<Decoded>, Pick<Addressing, 'bucketOfHost'> {
  readonly name: 'cos'
}

export function createCosDialect(options: CosDialectOptions): CosDialect {
  const addressing = createAddressing(options.domains)
  return {
    name: 'cos',
    bucketOfHost: addressing.bucketOfHost,
    bucketAt: bucketAtOf(addressing),
    decode: (covered) => decode(covered, addressing, options),
    encode,
    encodeFailure,
    describeFailure,
  }
}
