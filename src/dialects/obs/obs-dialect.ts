import type { HttpRequest } from '../../http/index.ts'
import { bucketAtOf } from '../bucket-at.ts'
import type { Decoded, DialectTranslator } from '../dialect.ts'
import { createAddressing, type Addressing } from './address.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { faceOf, outward, type ObsFace } from './face.ts'
import { describeFailure, encodeFailure } from './failures.ts'
import type { ObsDialectOptions } from './options.ts'

/** The translator, and the one reading of hosts that signatures and routing share with it. */
export interface ObsDialect extends DialectTranslator<Decoded>, Pick<Addressing, 'bucketOfHost'> {
  readonly name: 'obs'
  /** The same in the spelling that a request wants its answer in. */
  readonly facing: (request: HttpRequest) => DialectTranslator<Decoded>
}

export function createObsDialect(options: ObsDialectOptions): ObsDialect {
  const addressing = createAddressing(options.domains)
  const translatorIn = (face: ObsFace): DialectTranslator<Decoded> => ({
    name: 'obs',
    bucketAt: bucketAtOf(addressing),
    decode: (covered) => decode(covered, face, addressing, options),
    encode: (answer, context) => outward(face, encode(answer, { ...context, face })),
    encodeFailure: (failure, context) => outward(face, encodeFailure(failure, { ...context, face })),
    describeFailure,
  })
  const faces: Readonly<Record<ObsFace, DialectTranslator<Decoded>>> = {
    obs: translatorIn('obs'),
    amz: translatorIn('amz'),
  }
  return {
    ...faces.obs,
    name: 'obs',
    bucketOfHost: addressing.bucketOfHost,
    facing: (request) => faces[faceOf(request)],
  }
}
