import { decodeBase64Strict } from '../../http/index.ts'
import { RSA_SPECS, WRAPPING_ALGORITHMS } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { Decoders } from './decoder.ts'
import type { Fields } from './fields.ts'
import { instantOf } from './instant.ts'
import { badArgument, type TargetReader } from './target.ts'

/** A wrapped RSA key of 4,096 bits in base64, and a token: 6 KiB is more than either. */
const MAX_BYTES_CHARS = 16 * 1024
const MAX_DESCRIPTION_CHARS = 256
const MAX_LISTED = 1_000

function named(read: TargetReader) {
  const key = read.key()
  return { key, target: { keyReference: key } }
}

function bytesOf(body: Fields, name: string): Uint8Array {
  const text = body.optionalText(name, MAX_BYTES_CHARS) ?? badArgument(name, 'is missing')
  return decodeBase64Strict(text) ?? badArgument(name, 'is no base64')
}

/** Generations of a key's material, and material that comes from outside. */
export const KEY_MATERIAL_DECODERS: Decoders<
  | 'get-key-rotation'
  | 'list-key-rotations'
  | 'get-import-parameters'
  | 'import-key-material'
  | 'delete-imported-key-material'
> = {
  'get-key-rotation': (read) => {
    const { key, target } = named(read)
    return { target, build: () => ({ kind: 'get-key-rotation', key }) }
  },
  'list-key-rotations': (read) => {
    const { key, target } = named(read)
    return {
      target,
      build: (body) => ({
        ...{ kind: 'list-key-rotations', key, everything: true },
        page: {
          limit: body.optionalNumber('limit', 1, MAX_LISTED) ?? MAX_LISTED,
          ...present({ after: body.optionalText('after') }),
        },
      }),
    }
  },
  'get-import-parameters': (read) => {
    const { key, target } = named(read)
    return {
      target,
      build: (body) => ({
        ...{ kind: 'get-import-parameters', key },
        wrapping: body.optionalWord('wrapping', WRAPPING_ALGORITHMS) ?? 'RSAES_OAEP_SHA_256',
        wrappingKey: body.optionalWord('wrappingKey', RSA_SPECS) ?? 'RSA_4096',
      }),
    }
  },
  'import-key-material': (read) => {
    const { key, target } = named(read)
    return {
      target,
      build: (body) => {
        const validToMs = instantOf('expires', body.optionalText('expires'))
        return {
          ...{ kind: 'import-key-material', key },
          importToken: bytesOf(body, 'token'),
          wrappedMaterial: bytesOf(body, 'material'),
          expires: validToMs !== undefined,
          ...present({
            validToMs,
            importType: body.optionalWord('type', ['new', 'existing']),
            materialDescription: body.optionalText('description', MAX_DESCRIPTION_CHARS),
          }),
        }
      },
    }
  },
  'delete-imported-key-material': (read) => {
    const { key, target } = named(read)
    return {
      target,
      build: (body) => ({
        ...{ kind: 'delete-imported-key-material', key },
        ...present({ materialId: body.optionalText('materialId') }),
      }),
    }
  },
}
