import assert from 'node:assert/strict'
import { abortUpload } from '../../src/objects/uploads/abort-upload.ts'
import { collectGarbage } from '../../src/objects/upkeep/collect-garbage.ts'
import { completeUpload } from '../../src/objects/uploads/complete-upload.ts'
import { copyObject } from '../../src/objects/writing/copy-object.ts'
import { createUpload } from '../../src/objects/uploads/create-upload.ts'
import { deleteObject } from '../../src/objects/writing/delete-object.ts'
import { bodyOf, BUCKET, bytesOf, keyName, PROPERTIES, put, type Engine } from '../../src/objects/engine.fixture.ts'
import { uploadPart } from '../../src/objects/uploads/upload-part.ts'
import type { VersionId } from '../../src/operations/index.ts'
import { sha256Of, type SeededRandom } from '../crash/seeded-random.ts'
import type { DiskJournal } from './disk-journal.ts'

/** What one acknowledged request did to a name. */
export type Effect =
  | { readonly kind: 'put'; readonly content: string; versionId?: string | undefined }
  | { readonly kind: 'delete'; versionId?: string | undefined }
  | { readonly kind: 'remove-version'; readonly versionId: string }

export interface Asked {
  readonly name: string
  readonly effect: Effect
}

const NAMES_OF_A_CLIENT = 2
const MAX_VERSIONS = 3
/** More than garbage has to be old. */
const GARBAGE_MS = 70_000

/** Clients with names of their own, one request at a time each; every request and answer stands in the journal. */
export class PowerLossLoad {
  /** By their numbers in the journal. */
  readonly requests: Asked[] = []
  readonly #at: Engine
  readonly #journal: DiskJournal
  readonly #random: SeededRandom
  readonly #versioned: boolean

  constructor(at: Engine, journal: DiskJournal, random: SeededRandom, versioned: boolean) {
    this.#at = at
    this.#journal = journal
    this.#random = random
    this.#versioned = versioned
  }

  async run(clients: number, requestsOfEach: number): Promise<void> {
    await Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        const names = Array.from({ length: NAMES_OF_A_CLIENT }, (_, index) => new OwnName(`${client}-${index}`))
        for (let done = 0; done < requestsOfEach; done++) await this.#step(this.#random.pick(names), names)
      }),
    )
  }

  async #step(name: OwnName, names: readonly OwnName[]): Promise<void> {
    const choice = this.#random.below(100)
    if (choice < 45) return this.#put(name)
    if (choice < 60) return this.#multipart(name)
    if (choice < 70) return this.#copy(name, names)
    if (choice < 85) return this.#delete(name)
    if (choice < 93) return this.#abort(name)
    this.#at.pass(GARBAGE_MS)
    await collectGarbage(this.#at.rooms, { limit: 64 })
  }

  /** Some lie in their row, most are blobs. */
  #body(): Buffer {
    const size = this.#random.below(4) === 0 ? this.#random.below(2_000) : this.#random.between(16_500, 40_000)
    return bytesOf(size, this.#random.below(1_000_000))
  }

  async #change(name: OwnName, effect: Effect, act: () => Promise<{ readonly versionId?: VersionId | undefined }>) {
    const request = this.requests.push({ name: name.name, effect }) - 1
    this.#journal.add({ kind: 'asked', request })
    const { versionId } = await act()
    if (effect.kind !== 'remove-version') effect.versionId = versionId
    this.#journal.add({ kind: 'answered', request })
    name.apply(effect, this.#versioned)
  }

  async #put(name: OwnName): Promise<void> {
    const body = this.#body()
    const encryption = this.#random.below(4) === 0 ? ({ kind: 'sse-kms' } as const) : ({ kind: 'default' } as const)
    const effect: Effect = { kind: 'put', content: sha256Of(body) }
    await this.#change(name, effect, () => put(this.#at, name.name, body, { encryption }, bodyOf(body)))
  }

  async #copy(name: OwnName, names: readonly OwnName[]): Promise<void> {
    const source = names.find((one) => one !== name && one.current !== undefined)
    if (source?.current === undefined) return
    const permit = await this.#at.permit('bucket', 'bucket')
    const operation = {
      kind: 'copy-object',
      bucket: BUCKET,
      key: keyName(name.name),
      source: { bucket: BUCKET, key: keyName(source.name), conditions: {} },
      encryption: { kind: 'default' },
    } as const
    const effect: Effect = { kind: 'put', content: source.current }
    await this.#change(name, effect, () => copyObject(this.#at.rooms, permit, operation))
  }

  async #delete(name: OwnName): Promise<void> {
    const target = { kind: 'delete-object', bucket: BUCKET, key: keyName(name.name) } as const
    const permit = await this.#at.permit('bucket')
    const oldest = name.versions[0]?.versionId
    if (this.#versioned && oldest !== undefined && name.versions.length > MAX_VERSIONS) {
      const operation = { ...target, versionId: oldest as VersionId }
      const effect: Effect = { kind: 'remove-version', versionId: oldest }
      await this.#change(name, effect, () => deleteObject(this.#at.rooms, permit, operation))
      return
    }
    await this.#change(name, { kind: 'delete' }, () => deleteObject(this.#at.rooms, permit, target))
  }

  async #multipart(name: OwnName): Promise<void> {
    const { target, etag, body } = await this.#uploaded(name)
    const permit = await this.#at.permit('bucket')
    const operation = { kind: 'complete-upload', ...target, parts: [{ partNumber: 1, etag }] } as const
    const effect: Effect = { kind: 'put', content: sha256Of(body) }
    await this.#change(name, effect, () => completeUpload(this.#at.rooms, permit, operation))
  }

  async #abort(name: OwnName): Promise<void> {
    const { target } = await this.#uploaded(name)
    await abortUpload(this.#at.rooms, await this.#at.permit('bucket'), { kind: 'abort-upload', ...target })
  }

  /** An upload with one part, which was sent twice now and then: the last one counts. */
  async #uploaded(name: OwnName) {
    const own = { bucket: BUCKET, key: keyName(name.name) }
    const permit = await this.#at.permit('bucket')
    const encryption = { kind: 'default' } as const
    const begun = { kind: 'create-upload', ...own, properties: PROPERTIES, encryption } as const
    const { uploadId } = await createUpload(this.#at.rooms, permit, begun)
    const target = { ...own, uploadId }
    let body: Buffer = Buffer.alloc(0)
    let etag = ''
    for (let sent = 0; sent <= this.#random.below(2); sent++) {
      body = this.#body()
      const part = { kind: 'upload-part', ...target, partNumber: 1, expect: {} } as const
      etag = (await uploadPart(this.#at.rooms, permit, part, bodyOf(body))).etag
    }
    return { target, etag, body }
  }
}

/** A name as its client, and whoever looks at it after a power loss, has to find it. */
export class OwnName {
  readonly name: string
  /** Oldest first; without content: a delete marker. A name without versioning has one at most. */
  versions: { readonly versionId: string | undefined; readonly content: string | undefined }[] = []

  constructor(name: string) {
    this.name = name
  }

  get current(): string | undefined {
    return this.versions.at(-1)?.content
  }

  apply(effect: Effect, versioned: boolean): void {
    if (effect.kind === 'remove-version') {
      this.versions = this.versions.filter((version) => version.versionId !== effect.versionId)
      return
    }
    const content = effect.kind === 'put' ? effect.content : undefined
    const version = { versionId: effect.versionId, content }
    if (versioned) this.versions.push(version)
    else this.versions = content === undefined ? [] : [version]
  }
}

/** By name: what was answered, and at most one request that may have happened. */
export type Expected = ReadonlyMap<string, { readonly name: OwnName; doubt: Effect | undefined }>

/** What has to be there at a moment. */
export function expectedAt(
  journal: DiskJournal,
  requests: readonly Asked[],
  moment: number,
  versioned: boolean,
): Expected {
  const names = new Map<string, { readonly name: OwnName; doubt: Effect | undefined }>()
  for (const step of journal.steps.slice(0, moment)) {
    if (step.kind !== 'asked' && step.kind !== 'answered') continue
    const asked = requests[step.request] ?? assert.fail()
    const known = names.get(asked.name) ?? { name: new OwnName(asked.name), doubt: undefined }
    names.set(asked.name, known)
    known.doubt = step.kind === 'asked' ? asked.effect : undefined
    if (step.kind === 'answered') known.name.apply(asked.effect, versioned)
  }
  return names
}
