import type { KeyObject } from 'node:crypto'
import type { KeyService } from '../kms/index.ts'
import type { Awaitable, BodySum, EncryptionMode, ShownEncryption } from '../operations/index.ts'
import type { Check, Fragment } from '../storage/index.ts'
import { maskChecksum, readChecksum, storePlainChecksum } from './checksum-mask.ts'
import { MAX_INLINE_BYTES, openMessage, sealMessage } from './inline.ts'
import type { VersionKeys } from './layer-keys.ts'
import type {
  ReadKeys,
  SealedStream,
  StoredChecksum,
  StoredEncryption,
  StreamSealer,
  WriteKeys,
} from './object-encryption.ts'
import { segmentBytesFor } from './sizes.ts'
import { NO_PART, streamContext } from './stream-context.ts'
import { openRange, segmentRuns, type PlainRange } from './stream-opener.ts'
import { LayeredSealer } from './stream-sealer.ts'

type Form = 'inline' | 'streams'

/** The keys of one version in use. After `dispose` nothing works any more. */
class HeldKeys {
  readonly shown: ShownEncryption
  protected readonly sealId: Uint8Array
  #keys: VersionKeys | undefined

  constructor(keys: VersionKeys, sealId: Uint8Array) {
    this.shown = keys.shown
    this.sealId = sealId
    this.#keys = keys
  }

  protected get keys(): VersionKeys {
    if (this.#keys === undefined) throw new Error('disposed keys were used')
    return this.#keys
  }

  protected maskKey(form: Form): KeyObject | undefined {
    const { masks, layers } = this.keys
    if (!masks) return undefined
    return form === 'inline' ? layers[0].message : layers[0].stream()
  }

  unmaskChecksums(form: Form, partNumber: number, checksums: readonly StoredChecksum[]): readonly BodySum[] {
    if (checksums.length === 0) return []
    const key = this.maskKey(form)
    return checksums.map((checksum) => readChecksum(key, this.sealId, partNumber, checksum))
  }

  /** Key bytes live in key objects only, which the runtime wipes when the last reference is gone. */
  dispose(): void {
    this.#keys = undefined
  }
}

export class ObjectWriteKeys extends HeldKeys implements WriteKeys {
  readonly mode: EncryptionMode
  readonly #kms: Pick<KeyService, 'reference'>

  constructor(keys: VersionKeys, sealId: Uint8Array, kms: Pick<KeyService, 'reference'>) {
    super(keys, sealId)
    this.mode = keys.shown.mode
    this.#kms = kms
  }

  stored(form: Form): StoredEncryption {
    return this.keys.stored(form)
  }

  sealInline(plaintext: Uint8Array): Buffer {
    if (plaintext.length > MAX_INLINE_BYTES) throw new RangeError('a body is too long to be inline')
    return sealInlineBody(this.keys, this.sealId, plaintext)
  }

  sealStream(partNumber: number, knownLength: number | undefined): StreamSealer {
    return new LayeredSealer(this.keys.layers, this.sealId, partNumber, segmentBytesFor(knownLength))
  }

  maskChecksums(form: Form, partNumber: number, checksums: readonly BodySum[]): readonly StoredChecksum[] {
    if (checksums.length === 0) return []
    const key = this.maskKey(form)
    if (key === undefined) return checksums.map(storePlainChecksum)
    return checksums.map((checksum) => maskChecksum(key, this.sealId, partNumber, checksum))
  }

  guards(): Awaitable<readonly Check[]> {
    return this.keys.use?.renew?.() ?? []
  }

  reference(referrer: 'version' | 'upload'): Awaitable<Fragment> {
    const { use } = this.keys
    return use === undefined
      ? { checks: [], writes: [] }
      : this.#kms.reference(use, { kind: referrer, id: this.sealId })
  }
}

export class ObjectReadKeys extends HeldKeys implements ReadKeys {
  openInline(sealed: Uint8Array): Buffer {
    return openInlineBody(this.keys, this.sealId, sealed)
  }

  sealedRange(
    stream: SealedStream,
    first: number,
    length: number,
  ): { readonly offset: number; readonly length: number } {
    const run = segmentRuns(stream, { first, length }).at(-1)
    return run === undefined ? { offset: 0, length: 0 } : { offset: run.offset, length: run.length }
  }

  openStream(
    partNumber: number,
    stream: SealedStream,
    range: PlainRange,
    sealed: AsyncIterable<Uint8Array>,
  ): AsyncIterable<Uint8Array> {
    return openRange(this.keys.layers, this.sealId, partNumber, stream, range, sealed)
  }
}

/** Through all layers, innermost first: a message of a message where there are two. */
export function sealInlineBody(keys: VersionKeys, sealId: Uint8Array, plaintext: Uint8Array): Buffer {
  const [inner, ...outer] = keys.layers
  let sealed = sealMessage(inner.cipher, inner.message, streamContext(sealId, NO_PART, inner.layer), plaintext)
  for (const layer of outer)
    sealed = sealMessage(layer.cipher, layer.message, streamContext(sealId, NO_PART, layer.layer), sealed)
  return sealed
}

export function openInlineBody(keys: VersionKeys, sealId: Uint8Array, sealed: Uint8Array): Buffer {
  const [inner] = keys.layers
  let message = sealed
  for (let index = keys.layers.length - 1; index > 0; index--) {
    const layer = keys.layers[index] ?? inner
    message = openMessage(layer.cipher, layer.message, streamContext(sealId, NO_PART, layer.layer), message)
  }
  return openMessage(inner.cipher, inner.message, streamContext(sealId, NO_PART, inner.layer), message)
}
