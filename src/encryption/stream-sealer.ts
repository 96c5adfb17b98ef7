import { randomBytes } from '../secrets/index.ts'
import type { LayerKeys } from './layer-keys.ts'
import type { SealedStream, StreamSealer } from './object-encryption.ts'
import { deriveSegmentKeys, streamHeader, type SegmentKeys } from './segment-keys.ts'
import { SegmentSealer } from './segments.ts'
import { SALT_BYTES, sealedLength, type SegmentBytes } from './sizes.ts'
import { streamContext } from './stream-context.ts'

interface Layer {
  readonly salt: Buffer
  readonly keys: SegmentKeys
  readonly sealer: SegmentSealer
}

/** Seals one stream through all layers: the sealed bytes of a layer, header and all, are the next one's plaintext. */
export class LayeredSealer implements StreamSealer {
  readonly #segmentBytes: SegmentBytes
  readonly #layers: readonly Layer[]
  #length = 0
  #begun = false

  constructor(layers: readonly LayerKeys[], sealId: Uint8Array, partNumber: number, segmentBytes: SegmentBytes) {
    this.#segmentBytes = segmentBytes
    this.#layers = layers.map((layer) => {
      const salt = randomBytes(SALT_BYTES)
      const context = streamContext(sealId, partNumber, layer.layer)
      const keys = deriveSegmentKeys(layer.cipher, layer.stream(), segmentBytes, salt, context)
      return { salt, keys, sealer: new SegmentSealer(keys, segmentBytes) }
    })
  }

  push(plaintext: Uint8Array): readonly Uint8Array[] {
    this.#length += plaintext.length
    return this.#through([plaintext], false)
  }

  end(): { readonly pieces: readonly Uint8Array[]; readonly stream: SealedStream } {
    const pieces = this.#through([], true)
    const stream: SealedStream = {
      length: this.#length,
      sealedLength: this.#layers.reduce((length) => sealedLength(length, this.#segmentBytes), this.#length),
      segmentBytes: this.#segmentBytes,
      layers: this.#layers.map(({ salt, keys }) => ({
        salt: salt.toString('base64'),
        commitment: keys.commitment.toString('base64'),
      })),
    }
    return { pieces, stream }
  }

  #through(pieces: readonly Uint8Array[], ending: boolean): readonly Uint8Array[] {
    let current = pieces
    for (const { salt, keys, sealer } of this.#layers) {
      const out: Uint8Array[] = this.#begun ? [] : [streamHeader(salt, keys.commitment)]
      for (const piece of current) sealer.push(piece, out)
      if (ending) sealer.end(out)
      current = out
    }
    this.#begun = true
    return current
  }
}
