import type { Chosen } from '../encryption/choice.ts'
import type { Begun } from './upload-task.ts'
import type { UploadSource } from './upload-wire.ts'

/** An upload in parts that was begun in this browser and not ended: what it takes to go on after the page was closed. */
export interface Unfinished extends Begun {
  readonly bucket: string
  readonly key: string
  readonly sizeBytes: number
  /** When the file was last changed, in milliseconds since 1970. */
  readonly modifiedMs: number
  readonly encryption?: Chosen | undefined
}

/** Where texts are kept: the browser's storage, or a test's. */
export interface Shelf {
  readonly getItem: (name: string) => string | null
  readonly setItem: (name: string, text: string) => void
}

const PLACE = 'coffer.uploads'
const MOST_KEPT = 100

type Wanted = Pick<Unfinished, 'bucket' | 'key' | 'encryption'> & { readonly file: UploadSource }

/** No content and no secret: names, ids and sizes. */
export class UnfinishedUploads {
  readonly #shelf: Shelf

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  /** The same file to the same place under the same encryption. */
  find({ bucket, key, encryption, file }: Wanted): Begun | undefined {
    const found = this.#all().find(
      (one) =>
        isOf(one, bucket, key) &&
        one.sizeBytes === file.size &&
        one.modifiedMs === file.lastModified &&
        JSON.stringify(one.encryption) === JSON.stringify(encryption),
    )
    return found === undefined ? undefined : { uploadId: found.uploadId, partBytes: found.partBytes }
  }

  keep(unfinished: Unfinished): void {
    const others = this.#all().filter(({ bucket, key }) => !isOf(unfinished, bucket, key))
    this.#write([...others, unfinished].slice(-MOST_KEPT))
  }

  forget(bucket: string, key: string): void {
    const all = this.#all()
    const left = all.filter((one) => !isOf(one, bucket, key))
    if (left.length < all.length) this.#write(left)
  }

  #all(): readonly Unfinished[] {
    try {
      const value: unknown = JSON.parse(this.#shelf.getItem(PLACE) ?? '[]')
      return Array.isArray(value) ? value.filter(isUnfinished) : []
    } catch {
      return []
    }
  }

  #write(all: readonly Unfinished[]): void {
    try {
      this.#shelf.setItem(PLACE, JSON.stringify(all))
    } catch {
      // A browser that keeps nothing begins anew next time; the parts stand under the bucket's unfinished uploads.
    }
  }
}

function isOf(one: Unfinished, bucket: string, key: string): boolean {
  return one.bucket === bucket && one.key === key
}

function isUnfinished(value: unknown): value is Unfinished {
  if (typeof value !== 'object' || value === null) return false
  const members = new Map<string, unknown>(Object.entries(value))
  const texts = ['bucket', 'key', 'uploadId'].every((name) => typeof members.get(name) === 'string')
  const part = members.get('partBytes')
  const numbers = ['sizeBytes', 'modifiedMs'].every((name) => typeof members.get(name) === 'number')
  return texts && numbers && typeof part === 'number' && part > 0
}
