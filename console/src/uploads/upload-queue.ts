import { asFailure, type ApiFailure } from '../api/failure.ts'
import { path } from '../api/path.ts'
import type { Chosen } from '../encryption/choice.ts'
import { Slots } from './slots.ts'
import type { UnfinishedUploads } from './unfinished.ts'
import { uploadFile } from './upload-file.ts'
import { PAUSED, type Begun } from './upload-task.ts'
import type { UploadSource, UploadWire } from './upload-wire.ts'

export type UploadState = 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'exists' | 'cancelled'

/** One file on its way. Its encryption is fixed when it is queued. */
export interface Upload {
  readonly id: number
  readonly bucket: string
  readonly key: string
  readonly file: UploadSource
  readonly encryption: Chosen | undefined
  readonly state: UploadState
  readonly sentBytes: number
  /** It goes on with parts that arrived before. */
  readonly resumed: boolean
  readonly failure?: ApiFailure | undefined
}

/** Four requests at once: of the six connections to one origin, two stay for the page. */
const REQUESTS_AT_ONCE = 4
const FILES_AT_ONCE = 4
const CANCELLED = 'cancelled'

interface Entry {
  upload: Upload
  overwrite: boolean
  begun?: Begun | undefined
  stop?: AbortController
}

export interface QueuedFile {
  readonly key: string
  readonly file: UploadSource
}

/** The uploads of a page: they outlive its routes. `changed` is called whenever `uploads` would answer something new. */
export class UploadQueue {
  readonly #wire: UploadWire
  readonly #unfinished: UnfinishedUploads
  readonly #changed: () => void
  readonly #slots = new Slots(REQUESTS_AT_ONCE)
  readonly #entries = new Map<number, Entry>()
  /** Stopped because the session ended: they go on by themselves when there is one again. */
  readonly #signedOut = new Set<number>()
  #running = 0
  #last = 0
  #finished = 0

  constructor(wire: UploadWire, unfinished: UnfinishedUploads, changed: () => void) {
    this.#wire = wire
    this.#unfinished = unfinished
    this.#changed = changed
  }

  get uploads(): readonly Upload[] {
    return [...this.#entries.values()].map(({ upload }) => upload)
  }

  /** How many have ended well. */
  get finished(): number {
    return this.#finished
  }

  add(bucket: string, files: readonly QueuedFile[], encryption: Chosen | undefined): void {
    for (const { key, file } of files) {
      this.#last += 1
      const begun = this.#unfinished.find({ bucket, key, encryption, file })
      const named = { id: this.#last, bucket, key, file, encryption, resumed: begun !== undefined }
      this.#entries.set(this.#last, { upload: { ...named, state: 'waiting', sentBytes: 0 }, overwrite: false, begun })
    }
    this.#next()
  }

  /** What arrived stays on the server. */
  pause(id: number): void {
    const entry = this.#entries.get(id)
    if (entry?.upload.state === 'waiting') this.#set(entry, { state: 'paused' })
    entry?.stop?.abort(PAUSED)
  }

  /** Goes on with what is paused, failed, or to be written over. */
  resume(id: number, { overwrite = false } = {}): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || !['paused', 'failed', 'exists'].includes(entry.upload.state)) return
    entry.overwrite ||= overwrite
    this.#signedOut.delete(id)
    this.#set(entry, { state: 'waiting', failure: undefined, resumed: entry.begun !== undefined })
    this.#next()
  }

  /** Beside what is there, under a name of its own. */
  keepBoth(id: number): void {
    const entry = this.#entries.get(id)
    if (entry?.upload.state !== 'exists') return
    const { bucket, key, file, encryption } = entry.upload
    this.cancel(id)
    this.add(bucket, [{ key: besides(key), file }], encryption)
  }

  /** What arrived is taken away from the server. */
  cancel(id: number): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.upload.state === 'done') return
    if (entry.stop !== undefined) {
      entry.stop.abort(CANCELLED)
      return
    }
    const { bucket, key } = entry.upload
    const { begun } = entry
    this.#begun(entry, undefined)
    this.#set(entry, { state: 'cancelled', failure: undefined })
    if (begun === undefined) return
    const route = path('buckets', bucket, 'uploads', begun.uploadId)
    // When this fails, it stands under the unfinished uploads of the bucket.
    void this.#wire.call('DELETE', route, { query: { key } }).catch(() => undefined)
  }

  /** Takes what has ended out of sight. */
  clear(): void {
    for (const [id, { upload }] of this.#entries) {
      if (!['waiting', 'running', 'paused'].includes(upload.state)) this.#entries.delete(id)
    }
    this.#changed()
  }

  /** What stopped with the session goes on. */
  signedInAgain(): void {
    for (const id of [...this.#signedOut]) this.resume(id)
  }

  #next(): void {
    for (const entry of this.#entries.values()) {
      if (this.#running >= FILES_AT_ONCE) break
      if (entry.upload.state === 'waiting') void this.#run(entry)
    }
    this.#changed()
  }

  async #run(entry: Entry): Promise<void> {
    const stop = new AbortController()
    entry.stop = stop
    this.#running += 1
    this.#set(entry, { state: 'running', sentBytes: 0 })
    const { bucket, key, file, encryption } = entry.upload
    try {
      await uploadFile(this.#wire, this.#slots, {
        ...{ bucket, key, file, encryption, overwrite: entry.overwrite, begun: entry.begun, signal: stop.signal },
        onProgress: (sentBytes) => this.#set(entry, { sentBytes }),
        onBegun: (begun) => this.#begun(entry, begun),
      })
      this.#finished += 1
      this.#set(entry, { state: 'done', sentBytes: file.size })
    } catch (thrown) {
      this.#ended(entry, stop.signal, asFailure(thrown))
    } finally {
      delete entry.stop
      this.#running -= 1
      this.#next()
    }
  }

  #ended(entry: Entry, signal: AbortSignal, failure: ApiFailure): void {
    const { id } = entry.upload
    if (signal.aborted) {
      this.#set(entry, { state: signal.reason === PAUSED ? 'paused' : 'cancelled' })
    } else if (failure.status === 401) {
      this.#signedOut.add(id)
      this.#set(entry, { state: 'paused' })
    } else {
      this.#set(entry, { state: failure.status === 412 ? 'exists' : 'failed', failure })
    }
  }

  #begun(entry: Entry, begun: Begun | undefined): void {
    entry.begun = begun
    const { bucket, key, file, encryption } = entry.upload
    if (begun === undefined) this.#unfinished.forget(bucket, key)
    else {
      const stamp = { sizeBytes: file.size, modifiedMs: file.lastModified }
      this.#unfinished.keep({ bucket, key, ...stamp, encryption, ...begun })
    }
  }

  #set(entry: Entry, to: Partial<Upload>): void {
    entry.upload = { ...entry.upload, ...to }
    this.#changed()
  }
}

/** `a/b.txt` becomes `a/b (2).txt`, and that `a/b (3).txt`. */
export function besides(key: string): string {
  const [, stem = key, count, ending = ''] = /^(.*?)(?: \((\d+)\))?((?<=[^/])\.[^./]*)?$/s.exec(key) ?? []
  return `${stem} (${String(count === undefined ? 2 : Number(count) + 1)})${ending}`
}
