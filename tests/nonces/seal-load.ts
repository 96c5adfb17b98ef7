import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { abortUpload } from '../../src/objects/uploads/abort-upload.ts'
import { collectGarbage } from '../../src/objects/upkeep/collect-garbage.ts'
import { completeUpload } from '../../src/objects/uploads/complete-upload.ts'
import { appendObject } from '../../src/objects/writing/append-object.ts'
import { copyObject } from '../../src/objects/writing/copy-object.ts'
import { createUpload } from '../../src/objects/uploads/create-upload.ts'
import {
  ACCOUNT,
  bodyOf,
  BUCKET,
  CALLER,
  customerKey,
  keyName,
  PROPERTIES,
  put,
  withBucket,
  type Engine,
} from '../../src/objects/engine.fixture.ts'
import { forgetDoneUploads } from '../../src/objects/uploads/expire-uploads.ts'
import { headObject } from '../../src/objects/reading/head-object.ts'
import { modifyObject } from '../../src/objects/writing/modify-object.ts'
import { truncateObject } from '../../src/objects/writing/truncate-object.ts'
import { putObjectTagging } from '../../src/objects/writing/object-tagging.ts'
import { updateObjectEncryption } from '../../src/objects/writing/update-object-encryption.ts'
import { uploadPart } from '../../src/objects/uploads/upload-part.ts'
import { StoreFailure, type EncryptionRequest } from '../../src/operations/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { SeededRandom } from '../crash/seeded-random.ts'

const NAMES = 24
const REQUEST = { caller: CALLER, requestId: 'nonces' } as const
/** Inline; 16 KiB segments; 64 KiB segments. */
const SIZES: readonly (readonly [from: number, to: number, weight: number])[] = [
  [0, 2_000, 84],
  [17_000, 60_000, 15],
  [1_050_000, 1_200_000, 1],
]
/** What would age a minute is collected after so many steps, so that memory holds what is current. */
const STEPS_OF_A_LIFE = 400
const CLUSTER_KEY_EVERY = 8

/** Every verb that seals, on the engine as it is, in memory: by a seed, and for as long as `step` is called. */
export class SealLoad {
  readonly #random: SeededRandom
  readonly #bytes = randomBytes(2_000_000)
  readonly #keys: string[] = []
  readonly done = new Map<string, number>()
  #at: Engine
  #steps = 0
  #lives = 1

  private constructor(at: Engine, random: SeededRandom) {
    this.#at = at
    this.#random = random
  }

  static async start(seed: string): Promise<SealLoad> {
    const load = new SealLoad(await withBucket(), new SeededRandom(seed))
    await load.#newKey()
    await load.#newKey()
    for (let index = 0; index < NAMES; index++) await load.#put(`name-${index}`)
    return load
  }

  async step(): Promise<void> {
    if (++this.#steps % STEPS_OF_A_LIFE === 0) await this.#endLife()
    const verbs: readonly (readonly [name: string, weight: number, act: (name: string) => Promise<unknown>])[] = [
      ['put', 34, (name) => this.#put(name)],
      ['refused put', 6, (name) => this.#refused(name)],
      ['puts at once', 6, (name) => Promise.all([1, 2, 3].map(() => this.#put(name)))],
      ['copy', 14, (name) => this.#copy(name)],
      ['tags', 14, (name) => this.#tag(name)],
      ['new wrap', 8, (name) => this.#rewrap(name)],
      ['upload', 12, (name) => this.#upload(name)],
      ['append', 6, (name) => this.#append(name)],
      ['bytes changed', 10, (name) => this.#change(name)],
      ['key call', 4, () => this.#keyCall()],
      ['rotation', 2, () => this.#rotate()],
    ]
    let draw = this.#random.below(verbs.reduce((sum, [, weight]) => sum + weight, 0))
    const [name, , act] = verbs.find(([, weight]) => (draw -= weight) < 0) ?? assert.fail()
    try {
      await act(`name-${this.#random.below(NAMES)}`)
      this.done.set(name, (this.done.get(name) ?? 0) + 1)
    } catch (error) {
      // Refusals are part of it: a customer's key that is not sent, a mode that cannot be changed, lost races.
      if (!(error instanceof StoreFailure) || error.failure.kind === 'internal') throw error
      this.done.set('refused', (this.done.get('refused') ?? 0) + 1)
    }
  }

  /** As if the process had ended here and another one had started on the same stores. */
  async #endLife(): Promise<void> {
    this.#at.pass(120_000)
    while ((await collectGarbage(this.#at.rooms, { limit: 256 })).more);
    while ((await forgetDoneUploads(this.#at.rooms, { limit: 100 })).more);
    if (this.#lives++ % CLUSTER_KEY_EVERY === 0) await this.#at.rotateCluster()
    this.#at = await this.#at.restarted()
  }

  #body(): Uint8Array {
    let draw = this.#random.below(100)
    const [from, to] = SIZES.find(([, , weight]) => (draw -= weight) < 0) ?? assert.fail()
    const size = this.#random.between(from, to)
    const start = this.#random.below(this.#bytes.length - size)
    return this.#bytes.subarray(start, start + size)
  }

  #encryption(): EncryptionRequest {
    const key = this.#random.pick(this.#keys)
    switch (this.#random.below(6)) {
      case 0:
        return { kind: 'sse-kms', key, bucketKey: false }
      case 1:
        return { kind: 'sse-kms', key, bucketKey: true }
      case 2:
        return { kind: 'dsse-kms', key }
      case 3:
        return { kind: 'sse-c', customer: customerKey(7) }
      default:
        return { kind: 'default' }
    }
  }

  async #put(name: string): Promise<void> {
    await put(this.#at, name, this.#body(), { encryption: this.#encryption() })
  }

  /** Sealed, and then not what was promised. */
  async #refused(name: string): Promise<void> {
    const expect = { md5: Buffer.alloc(16) }
    await put(this.#at, name, this.#body(), { encryption: this.#encryption(), expect }).catch(allow('bad-digest'))
  }

  async #copy(name: string): Promise<void> {
    const source = { bucket: BUCKET, key: keyName(`name-${this.#random.below(NAMES)}`), conditions: {} }
    await copyObject(this.#at.rooms, await this.#at.permit('bucket', 'bucket'), {
      ...{ kind: 'copy-object', bucket: BUCKET, key: keyName(name), source, encryption: this.#encryption() },
    })
  }

  /** At the end of what there is, three times at once: one of them is made. */
  async #append(name: string): Promise<void> {
    const { rooms } = this.#at
    const permit = await this.#at.permit('bucket')
    const target = { bucket: BUCKET, key: keyName(`grown ${name}`) }
    const head = { kind: 'head-object', ...target, conditions: {}, withChecksums: false, overrides: {} } as const
    const position = await headObject(rooms, permit, head).then(
      ({ object }) => object.size,
      (error: unknown) => {
        allow('no-such-key')(error)
        return 0
      },
    )
    const more = { properties: PROPERTIES, encryption: this.#encryption(), expect: {} }
    const operation = { kind: 'append-object', ...target, position, ...more } as const
    const append = () => appendObject(rooms, permit, operation, bodyOf(this.#body()))
    await Promise.all([append(), append().catch(allowLost), append().catch(allowLost)])
  }

  /** Written over, twice at once, and then cut: of what lies in its row, in streams, and of what grew. */
  async #change(name: string): Promise<void> {
    const { rooms } = this.#at
    const permit = await this.#at.permit('bucket')
    const target = { bucket: BUCKET, key: keyName(this.#random.below(3) === 0 ? `grown ${name}` : name) }
    const held = this.#random.below(4) === 0 ? { customer: customerKey(7) } : {}
    const modify = { kind: 'modify-object', ...target, ...held, position: 0, expect: {} } as const
    await Promise.all([1, 2].map(() => modifyObject(rooms, permit, modify, bodyOf(this.#body()))))
    await truncateObject(rooms, permit, {
      kind: 'truncate-object',
      ...target,
      ...held,
      length: this.#random.below(200),
    })
  }

  async #tag(name: string): Promise<void> {
    const tags = [['step', String(this.#steps)]] as const
    const operation = { kind: 'put-object-tagging', bucket: BUCKET, key: keyName(name), tags } as const
    await putObjectTagging(this.#at.rooms, await this.#at.permit('bucket'), operation)
  }

  async #rewrap(name: string): Promise<void> {
    await updateObjectEncryption(this.#at.rooms, await this.#at.permit('bucket'), {
      ...{ kind: 'update-object-encryption', bucket: BUCKET, key: keyName(name) },
      ...{ keyArn: this.#random.pick(this.#keys), bucketKey: this.#random.below(2) === 0 },
    })
  }

  /** The same part is sent up to three times; then the upload is completed or given up. */
  async #upload(name: string): Promise<void> {
    const target = { bucket: BUCKET, key: keyName(name) }
    const encryption = this.#encryption()
    const customer = encryption.kind === 'sse-c' ? { customer: encryption.customer } : {}
    const { rooms } = this.#at
    const permit = await this.#at.permit('bucket')
    const { uploadId } = await createUpload(rooms, permit, {
      ...{ kind: 'create-upload', properties: PROPERTIES, encryption, ...target },
    })
    const part = { kind: 'upload-part', ...target, ...customer, uploadId, partNumber: 1, expect: {} } as const
    const body = this.#body()
    let etag = ''
    for (let times = this.#random.between(1, 4); times > 0; times--) {
      etag = (await uploadPart(rooms, permit, part, bodyOf(body))).etag
    }
    if (this.#random.below(4) === 0) {
      await abortUpload(rooms, permit, { kind: 'abort-upload', ...target, uploadId })
      return
    }
    const parts = [{ partNumber: 1, etag }]
    await completeUpload(rooms, permit, { kind: 'complete-upload', ...target, ...customer, uploadId, parts })
  }

  async #keyCall(): Promise<void> {
    const { kms } = this.#at
    const [key, other] = [this.#random.pick(this.#keys), this.#random.pick(this.#keys)]
    const context = { purpose: 'nonces' }
    const plaintext = new SecretBytes(randomBytes(32))
    const { blob } = await kms.encrypt(REQUEST, { key, plaintext, context })
    await kms.reEncrypt(REQUEST, { blob, sourceContext: context, key: other, context: {} })
    await kms.disableKey(REQUEST, key)
    await kms.enableKey(REQUEST, key)
  }

  async #rotate(): Promise<void> {
    const choice = this.#random.below(10)
    if (choice === 0) await this.#at.kms.rotateServiceKey(ACCOUNT)
    else if (choice === 1) await this.#newKey()
    else await this.#at.kms.rotateKey(REQUEST, this.#random.pick(this.#keys))
  }

  /** In the place of the oldest of the two, whose versions would become ever more. */
  async #newKey(): Promise<void> {
    const key = await this.#at.kms.createKey(REQUEST, { description: 'nonces' })
    this.#keys.push(key.arn)
    if (this.#keys.length > 2) this.#keys.shift()
  }
}

/** What those meet who come second. */
function allowLost(error: unknown): void {
  if (!(error instanceof StoreFailure) || error.failure.kind === 'internal') throw error
}

function allow(kind: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof StoreFailure) || error.failure.kind !== kind) throw error
  }
}
