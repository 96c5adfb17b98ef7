import { refuse, type AccountId, type Awaitable } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment, type MetadataStore, type Row } from '../../storage/index.ts'
import { newWrap, readWrap, type Cluster } from './cluster-key.ts'
import { commitDecision } from '../commit-decision.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import type { KeyJournal } from '../keys/key-journal.ts'
import { serviceRow, type WrapName } from '../kms-rows.ts'
import { DAY_MS } from '../keys/new-key.ts'

export const SERVICE_KEY_DAYS = 365
/** How long a process goes on with the version that it knows to be current: an older one is as good to write with. */
export const CURRENT_FOR_MS = 60_000
const FORMAT = Uint8Array.of(1)

interface ServiceKeysOptions {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly cluster: Cluster
  readonly journal: KeyJournal
  readonly region: string
  readonly now: () => number
  /** Days after which a new version is made; 365 by default. */
  readonly periodDays?: number
}

interface VersionedKey {
  readonly version: number
  readonly key: SecretBytes
}

/** Versions of an account's service key, oldest first: when each was made. */
interface ServiceRecord {
  readonly versions: readonly number[]
}

/**
 * The keys behind `sse-s3` and `none`: one for each account, made on first need, a new version each period. A version
 * is unwrapped once in a process, which is one audited use, and never dropped: what it sealed stays readable.
 */
export class ServiceKeys {
  readonly #options: ServiceKeysOptions
  readonly #periodMs: number
  readonly #held = new Map<string, Promise<SecretBytes>>()
  /** What has been unwrapped, for whoever asks again. */
  readonly #known = new Map<AccountId, Map<number, VersionedKey>>()
  readonly #current = new Map<AccountId, { readonly version: number; readonly untilMs: number }>()

  constructor(options: ServiceKeysOptions) {
    this.#options = options
    this.#periodMs = (options.periodDays ?? SERVICE_KEY_DAYS) * DAY_MS
  }

  /** `version` absent: the current one. The secret stays this room's: always the same one, and nobody wipes it. */
  get(account: AccountId, version?: number): Awaitable<VersionedKey> {
    const wanted = version ?? this.#knownCurrent(account)
    const known = wanted === undefined ? undefined : this.#known.get(account)?.get(wanted)
    return known ?? this.#find(account, version)
  }

  async #find(account: AccountId, version: number | undefined): Promise<VersionedKey> {
    const wanted = version ?? (await this.#currentVersion(account))
    const found = { version: wanted, key: await this.#unwrapped(account, wanted) }
    const ofAccount = this.#known.get(account) ?? new Map<number, VersionedKey>()
    this.#known.set(account, ofAccount.set(wanted, found))
    return found
  }

  /** Makes a new version now. */
  async rotate(account: AccountId): Promise<{ readonly version: number }> {
    const version = await this.#renew(account, () => true)
    this.#current.delete(account)
    return { version }
  }

  #knownCurrent(account: AccountId): number | undefined {
    const known = this.#current.get(account)
    return known !== undefined && this.#options.now() < known.untilMs ? known.version : undefined
  }

  async #currentVersion(account: AccountId): Promise<number> {
    const nowMs = this.#options.now()
    const known = this.#knownCurrent(account)
    if (known !== undefined) return known
    const version = await this.#renew(account, (newestMs) => nowMs >= newestMs + this.#periodMs)
    this.#current.set(account, { version, untilMs: nowMs + CURRENT_FOR_MS })
    return version
  }

  /** The current version, after a new one was made if there was none or the newest is `due`. */
  async #renew(account: AccountId, due: (newestMs: number) => boolean): Promise<number> {
    const { store, cluster, journal, now } = this.#options
    return commitDecision(store, 'rotate-service-key', async () => {
      const [row] = await store.getMany([serviceRow(account)])
      const versions = row === undefined ? [] : this.#open(row).versions
      const newestMs = versions.at(-1)
      if (newestMs !== undefined && !due(newestMs)) return { result: versions.length }
      const next = versions.length + 1
      const fresh = new SecretBytes(randomBytes(KEY_BYTES))
      const wrap = await newWrap(store, cluster, nameOf(account, next), fresh)
      fresh.wipe()
      const fragment = joinFragments(this.#seal(account, row, { versions: [...versions, now()] }), wrap)
      const event = { action: 'coffer:CreateServiceKey', resource: this.#arn(account, next), owner: account }
      return { fragment, recorded: journal.change(undefined, event), result: next }
    })
  }

  async #unwrapped(account: AccountId, version: number): Promise<SecretBytes> {
    const name = `${account}/${version}`
    const held = this.#held.get(name)
    if (held !== undefined) return held
    const unwrapping = this.#unwrap(account, version)
    this.#held.set(name, unwrapping)
    unwrapping.catch(() => this.#held.delete(name))
    return unwrapping
  }

  async #unwrap(account: AccountId, version: number): Promise<SecretBytes> {
    const { store, cluster, journal } = this.#options
    const key = await readWrap(store, cluster, nameOf(account, version))
    if (key === undefined) return refuse({ kind: 'integrity', what: 'service key' })
    journal.own({ action: 'coffer:UnwrapServiceKey', resource: this.#arn(account, version) })
    return key
  }

  #arn(account: AccountId, version: number): string {
    return `arn:aws:kms:${this.#options.region}:${account}:service-key/${version}`
  }

  #seal(account: AccountId, before: Row | undefined, record: ServiceRecord): Fragment {
    const key = serviceRow(account)
    const secret = Buffer.from(JSON.stringify(record))
    return {
      checks: [before === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: before.revision }],
      writes: [{ kind: 'put', key, value: this.#options.records.seal({ rowKey: key, clear: FORMAT, secret }) }],
    }
  }

  #open(row: Row): ServiceRecord {
    const { clear, secret } = this.#options.records.open(row.key, row.value)
    const value: unknown = JSON.parse(Buffer.from(secret).toString())
    if (clear[0] !== FORMAT[0] || !isServiceRecord(value)) return refuse({ kind: 'integrity', what: 'service key' })
    return value
  }
}

function isServiceRecord(value: unknown): value is ServiceRecord {
  if (typeof value !== 'object' || value === null || !('versions' in value)) return false
  return Array.isArray(value.versions) && value.versions.every((one) => Number.isSafeInteger(one))
}

function nameOf(account: AccountId, version: number): WrapName {
  return { purpose: 'service', id: account, version }
}
