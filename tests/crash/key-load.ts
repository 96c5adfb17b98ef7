import assert from 'node:assert/strict'
import type { AdminClient } from '../../src/cli/admin-client.ts'
import { CommandFailure, EXIT } from '../../src/cli/exit-codes.ts'
import type { KeyJson } from '../../src/dialects/admin/wire.ts'
import type { SeededRandom } from './seeded-random.ts'

const MAX_KEYS = 5
const PENDING_DAYS = 7

/** What is known of a key by what was acknowledged. */
interface KnownKey {
  readonly state: string
  readonly version: number
}

type Doubt =
  | { readonly kind: 'create'; readonly description: string }
  | { readonly kind: 'key'; readonly arn: string; readonly after: KnownKey }
  | { readonly kind: 'default'; readonly after: string | undefined }

/** A bucket of this model's own, whose default changes. */
export const DEFAULTS_BUCKET = 'defaults'

/** Keys, changed by one client, one request at a time: what has to be there is known exactly. */
export class KeyModel {
  readonly #keys = new Map<string, KnownKey>()
  #default: string | undefined
  #doubt: Doubt | undefined
  #created = 0

  /** A key that others use: it is rotated, and never switched off. */
  share(key: Pick<KeyJson, 'arn' | 'state' | 'version'>): void {
    this.#keys.set(key.arn, { state: key.state, version: key.version })
    this.#shared = key.arn
  }

  #shared = ''

  get inDoubt(): boolean {
    return this.#doubt !== undefined
  }

  /** One change. Resolves to whether something was acknowledged. */
  async step(admin: AdminClient, random: SeededRandom): Promise<boolean> {
    const arn = random.pick([...this.#keys.keys()])
    const key = this.#keys.get(arn) ?? assert.fail()
    const choice = random.below(100)
    if (choice < 15 && this.#keys.size <= MAX_KEYS) return this.#create(admin)
    if (choice < 35) return this.#setDefault(admin, random.below(3) === 0 ? undefined : arn)
    if (choice < 55) return key.state === 'enabled' && this.#rotate(admin, arn, key)
    if (arn === this.#shared) return false
    if (choice < 80) return this.#switch(admin, arn, key)
    return this.#schedule(admin, arn, key)
  }

  async #change(doubt: Doubt, act: () => Promise<unknown>): Promise<true> {
    this.#doubt = doubt
    await act()
    this.#apply(doubt)
    this.#doubt = undefined
    return true
  }

  #apply(doubt: Exclude<Doubt, { kind: 'create' }> | Doubt): void {
    if (doubt.kind === 'key') this.#keys.set(doubt.arn, doubt.after)
    if (doubt.kind === 'default') this.#default = doubt.after
  }

  async #create(admin: AdminClient): Promise<boolean> {
    const description = `made ${this.#created++}`
    return this.#change({ kind: 'create', description }, async () => {
      const { key } = await admin.call('create-key', {}, { description })
      this.#keys.set(key.arn, { state: key.state, version: key.version })
    })
  }

  async #rotate(admin: AdminClient, arn: string, key: KnownKey): Promise<boolean> {
    const after = { ...key, version: key.version + 1 }
    return this.#change({ kind: 'key', arn, after }, () => admin.call('rotate-key', { key: arn }))
  }

  async #switch(admin: AdminClient, arn: string, key: KnownKey): Promise<boolean> {
    if (key.state === 'pending-deletion') return false
    const enabled = key.state === 'enabled'
    const after = { ...key, state: enabled ? 'disabled' : 'enabled' }
    const act = () => admin.call(enabled ? 'disable-key' : 'enable-key', { key: arn })
    return this.#change({ kind: 'key', arn, after }, act)
  }

  async #schedule(admin: AdminClient, arn: string, key: KnownKey): Promise<boolean> {
    if (key.state === 'pending-deletion') {
      const after = { ...key, state: 'disabled' }
      return this.#change({ kind: 'key', arn, after }, () => admin.call('cancel-key-deletion', { key: arn }))
    }
    // The default holds it: that it is refused is shown elsewhere.
    if (arn === this.#default) return false
    const act = () => admin.call('schedule-key-deletion', { key: arn }, { pendingDays: PENDING_DAYS })
    return this.#change({ kind: 'key', arn, after: { ...key, state: 'pending-deletion' } }, act)
  }

  async #setDefault(admin: AdminClient, arn: string | undefined): Promise<boolean> {
    const target = { bucket: DEFAULTS_BUCKET }
    if (arn !== undefined && this.#keys.get(arn)?.state === 'pending-deletion') return false
    return this.#change({ kind: 'default', after: arn }, () =>
      arn === undefined
        ? admin.call('delete-bucket-encryption', target)
        : admin.call('put-bucket-encryption', target, { mode: 'sse-kms', key: arn, bucketKey: false }),
    )
  }

  /** Compares with the server, and learns what became of a request in doubt. */
  async check(admin: AdminClient): Promise<void> {
    const doubt = this.#doubt
    const { keys } = await admin.call('list-keys')
    for (const key of keys) {
      if (this.#keys.has(key.arn)) continue
      assert.ok(doubt?.kind === 'create' && doubt.description === key.description, `${key.arn}: a key nobody made`)
      this.#keys.set(key.arn, { state: key.state, version: key.version })
    }
    for (const [arn, known] of [...this.#keys]) {
      const found = keys.find((key) => key.arn === arn) ?? assert.fail(`${arn}: an acknowledged key is gone`)
      const seen = { state: found.state, version: found.version }
      if (doubt?.kind === 'key' && doubt.arn === arn && same(seen, doubt.after)) this.#apply(doubt)
      else assert.deepEqual(seen, known, arn)
    }
    const { key } = await admin.call('get-bucket-encryption', { bucket: DEFAULTS_BUCKET })
    if (doubt?.kind === 'default' && key === doubt.after) this.#apply(doubt)
    else assert.equal(key, this.#default, 'the default')
    this.#doubt = undefined
    await this.#checkDependents(admin)
  }

  async #checkDependents(admin: AdminClient): Promise<void> {
    for (const arn of this.#keys.keys()) {
      if (arn === this.#shared) continue
      const { dependents } = await admin.call('key-dependents', { key: arn })
      const wanted = { versions: 0, uploads: 0, defaults: arn === this.#default ? 1 : 0, byVersion: [] }
      assert.deepEqual(dependents, wanted, arn)
    }
  }
}

function same(left: KnownKey, right: KnownKey): boolean {
  return left.state === right.state && left.version === right.version
}

/** Changes keys until it is stopped, or a request is in doubt. */
export class KeyLoad {
  #stopped = false

  stop(): void {
    this.#stopped = true
  }

  /** How many changes were acknowledged. */
  async run(model: KeyModel, admin: AdminClient, random: SeededRandom): Promise<number> {
    let done = 0
    while (!this.#stopped && !model.inDoubt) {
      try {
        if (await model.step(admin, random)) done++
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        const refused =
          error instanceof CommandFailure && error.exitCode !== EXIT.away && error.exitCode !== EXIT.failed
        if (refused) throw error
      }
    }
    return done
  }
}
