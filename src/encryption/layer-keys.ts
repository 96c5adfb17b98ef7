import type { KeyObject } from 'node:crypto'
import type { KeyUse } from '../kms/index.ts'
import { refuse, type DataCipher, type ShownEncryption } from '../operations/index.ts'
import { unwrapDek, wrapNewDek, type EnvelopeFacts } from './envelope.ts'
import type { StoredEncryption } from './object-encryption.ts'

/** The keys of one layer of a version. A version has one, doubly sealed ones two. */
export interface LayerKeys {
  readonly layer: number
  /** What its segments are sealed with. */
  readonly cipher: DataCipher
  /** Input key of an inline message: the wrap source itself. */
  readonly message: KeyObject
  /** Input key of streams: the DEK. Made, or unwrapped, at first need. */
  stream(): KeyObject
}

/** All keys of a version, as a provider hands them over. */
export interface VersionKeys {
  readonly shown: ShownEncryption
  /** Innermost first. */
  readonly layers: readonly [LayerKeys, ...LayerKeys[]]
  /** Whether checksums are masked: in all modes whose data not everybody with `s3:GetObject` can open. */
  readonly masks: boolean
  /** The KMS key in use, if any. */
  readonly use?: KeyUse
  stored(form: 'inline' | 'streams'): StoredEncryption
}

/** A KMS data key: the DEK of streams and the key of an inline message alike. */
export function dataKeyLayer(layer: number, cipher: DataCipher, dataKey: KeyObject): LayerKeys {
  return { layer, cipher, message: dataKey, stream: () => dataKey }
}

/** A fresh layer: its DEK and the `CDK1` envelope around it are made when a stream needs them. */
export class FreshLayer implements LayerKeys {
  readonly layer: number
  readonly cipher: DataCipher
  readonly message: KeyObject
  readonly #facts: EnvelopeFacts
  #made: { readonly dek: KeyObject; readonly envelope: Buffer } | undefined

  constructor(source: KeyObject, cipher: DataCipher, facts: EnvelopeFacts) {
    this.layer = facts.layer
    this.cipher = cipher
    this.message = source
    this.#facts = facts
  }

  stream(): KeyObject {
    return this.#dek().dek
  }

  /** In base64. */
  envelope(): string {
    return this.#dek().envelope.toString('base64')
  }

  #dek(): { readonly dek: KeyObject; readonly envelope: Buffer } {
    this.#made ??= wrapNewDek(this.message, this.#facts)
    return this.#made
  }
}

/** A layer that exists. `envelope` (base64) is absent where the body is inline: then there is no DEK to ask for. */
export function openedLayer(
  source: KeyObject,
  cipher: DataCipher,
  facts: EnvelopeFacts,
  envelope: string | undefined,
): LayerKeys {
  let dek: KeyObject | undefined
  return {
    layer: facts.layer,
    cipher,
    message: source,
    stream: () => {
      if (dek === undefined && envelope !== undefined) dek = unwrapDek(source, facts, Buffer.from(envelope, 'base64'))
      return dek ?? refuse({ kind: 'integrity', what: 'envelope' })
    },
  }
}
