import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Agent } from 'node:http'
import { elementText, rawRequest, type RawAnswer, type RawRequest } from '../raw-request.ts'
import type { Call, Event, Reply } from './history.ts'
import { bodyOf, type Seeded } from './seeded.ts'

/** Values are the ETags of bodies, every one of which is written once only. */
interface Recorded extends Event {
  readonly key: string
  /** The version that the change made. */
  readonly versionId?: string
}

interface Answered {
  readonly answer: RawAnswer
  readonly from: number
  readonly to: number
}

const CONNECTIONS = 4
/** What a row holds, and what does not fit into one. */
const SIZES = [20, 20, 300, 17_000] as const

function text(content: RawAnswer['headers'][string]): string | undefined {
  return typeof content === 'string' ? content : undefined
}

function etagOf(answer: RawAnswer): string {
  return (text(answer.headers.etag) ?? elementText(answer.text, 'ETag') ?? '').replaceAll('"', '')
}

/** Clients that work on the same few names at once, and what came of each request. */
export class HistoryLoad {
  readonly #server: { readonly endpoint: string }
  readonly #bucket: string
  readonly #seed: Seeded
  #events: Recorded[] = []
  #written = 0
  /** The last value that somebody has seen, by name. */
  readonly #seen = new Map<string, string>()
  readonly #workers = new Set<string>()
  readonly #agents: Agent[] = []

  constructor(server: { readonly endpoint: string }, bucket: string, seed: Seeded) {
    this.#server = server
    this.#bucket = bucket
    this.#seed = seed
  }

  /** Requests that lost every race for their name: refused, so nothing of them happened. */
  lostRaces = 0

  /** Processes that have answered: each begins its request ids with bytes of its own. */
  get workers(): number {
    return this.#workers.size
  }

  get count(): number {
    return this.#events.length
  }

  /** One client: a request at a time, each over one of its connections. */
  async client(keys: readonly string[], requests: number): Promise<void> {
    const agents = Array.from({ length: CONNECTIONS }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
    this.#agents.push(...agents)
    for (let request = 0; request < requests; request++) {
      const agent = this.#seed.pick(agents)
      const key = this.#seed.pick(keys)
      if (this.#seed.chance(0.08)) await this.#list(keys, agent)
      else if (this.#seed.chance(0.08)) await this.#copy(key, this.#seed.pick(keys), agent)
      else await this.#one(key, agent)
    }
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy()
  }

  async #send(request: RawRequest, agent: Agent): Promise<Answered> {
    const from = performance.now()
    const answer = await rawRequest(this.#server, { ...request, agent })
    const to = performance.now()
    this.#workers.add((text(answer.headers['x-amz-request-id']) ?? '').slice(0, 8))
    return { answer, from, to }
  }

  #path(key: string): string {
    return `/${this.#bucket}/${key}`
  }

  #record(key: string, call: Call, reply: Reply, { answer, from, to }: Answered): void {
    const id = text(answer.headers['x-amz-version-id'])
    const worker = text(answer.headers['x-amz-request-id'])?.slice(0, 4) ?? ''
    const changed = call.kind !== 'read' && reply.kind === 'done' && id !== undefined
    const note = `worker ${worker}, status ${answer.status}`
    this.#events.push({ key, call, reply, from, to, note, ...(changed ? { versionId: id } : {}) })
    if (reply.kind === 'found' && reply.value !== undefined) this.#seen.set(key, reply.value)
    if (reply.kind === 'done' && 'value' in call) this.#seen.set(key, call.value)
  }

  /** One request about one name. */
  async #one(key: string, agent: Agent): Promise<void> {
    const kind = this.#seed.weighted([
      [30, 'read'],
      [8, 'head'],
      [22, 'write'],
      [12, 'create'],
      [16, 'replace'],
      [12, 'remove'],
    ] as const)
    const path = this.#path(key)
    if (kind === 'read' || kind === 'head') {
      const done = await this.#send({ method: kind === 'read' ? 'GET' : 'HEAD', path }, agent)
      this.#recordRead(key, kind === 'read', done)
      return
    }
    if (kind === 'remove') {
      const done = await this.#send({ method: 'DELETE', path }, agent)
      if (this.#lostRaces(done.answer)) return
      assert.equal(done.answer.status, 204, done.answer.text)
      this.#record(key, { kind: 'remove' }, { kind: 'done' }, done)
      return
    }
    const body = bodyOf(this.#seed.pick(SIZES), -1 - this.#written++)
    const value = createHash('md5').update(body).digest('hex')
    const over = this.#seen.get(key) ?? createHash('md5').update('nothing').digest('hex')
    const conditions = { write: [], create: [['if-none-match', '*']], replace: [['if-match', `"${over}"`]] } as const
    const done = await this.#send({ method: 'PUT', path, headers: conditions[kind], body }, agent)
    if (this.#lostRaces(done.answer)) return
    const call: Call = kind === 'replace' ? { kind, value, over } : { kind, value }
    this.#record(key, call, replyOf(done.answer, kind !== 'write'), done)
  }

  #lostRaces(answer: RawAnswer): boolean {
    if (answer.status !== 503) return false
    assert.equal(answer.code, 'SlowDown', answer.text)
    this.lostRaces++
    return true
  }

  #recordRead(key: string, whole: boolean, done: Answered): void {
    const { answer } = done
    if (answer.status === 404) {
      this.#record(key, { kind: 'read' }, { kind: 'found', value: undefined }, done)
      return
    }
    assert.equal(answer.status, 200, answer.text)
    const value = etagOf(answer)
    if (whole) assert.equal(createHash('md5').update(answer.body).digest('hex'), value, 'the body is that of its ETag')
    this.#record(key, { kind: 'read' }, { kind: 'found', value }, done)
  }

  /** A copy reads one name and writes another; what it wrote says what it read. */
  async #copy(source: string, key: string, agent: Agent): Promise<void> {
    const headers = [
      ['x-amz-copy-source', this.#path(source)],
      ['x-amz-metadata-directive', 'REPLACE'],
    ] as const
    const done = await this.#send({ method: 'PUT', path: this.#path(key), headers }, agent)
    if (this.#lostRaces(done.answer)) return
    if (done.answer.status === 404) {
      this.#record(source, { kind: 'read' }, { kind: 'found', value: undefined }, done)
      return
    }
    assert.equal(done.answer.status, 200, done.answer.text)
    const value = etagOf(done.answer)
    this.#record(source, { kind: 'read' }, { kind: 'found', value }, done)
    this.#record(key, { kind: 'write', value }, { kind: 'done' }, done)
  }

  /** A listing is a read of every name. */
  async #list(keys: readonly string[], agent: Agent): Promise<void> {
    const done = await this.#send({ method: 'GET', path: `/${this.#bucket}`, query: 'list-type=2' }, agent)
    assert.equal(done.answer.status, 200, done.answer.text)
    const listed = new Map(
      [...done.answer.text.matchAll(/<Contents>.*?<\/Contents>/gs)].map(([one]) => [
        elementText(one, 'Key') ?? '',
        (elementText(one, 'ETag') ?? '').replaceAll('"', ''),
      ]),
    )
    for (const key of keys) this.#record(key, { kind: 'read' }, { kind: 'found', value: listed.get(key) }, done)
  }

  /** The history of each name, with the places of its changes where the bucket keeps versions; then begins anew. */
  async histories(versioned: boolean): Promise<ReadonlyMap<string, readonly Event[]>> {
    const places = versioned ? await this.#places() : new Map<string, number>()
    const histories = new Map<string, Event[]>()
    for (const event of this.#events) {
      const place = event.versionId === undefined ? undefined : places.get(event.versionId)
      if (versioned && event.versionId !== undefined) {
        assert.ok(place !== undefined, `an acknowledged version of ${event.key} is not listed: ${event.versionId}`)
      }
      const kept = place === undefined ? event : { ...event, place }
      histories.set(event.key, [...(histories.get(event.key) ?? []), kept])
    }
    this.#events = []
    this.#seen.clear()
    return histories
  }

  /** Where each version stands among those of its name, the oldest first. */
  async #places(): Promise<Map<string, number>> {
    const ids = new Map<string, string[]>()
    let markers = ''
    for (;;) {
      const query = `max-keys=1000&versions=${markers}`
      const { text: page, status } = await rawRequest(this.#server, { method: 'GET', path: `/${this.#bucket}`, query })
      assert.equal(status, 200, page)
      for (const [one] of page.matchAll(/<(Version|DeleteMarker)>.*?<\/\1>/gs)) {
        const [key, id] = [elementText(one, 'Key') ?? '', elementText(one, 'VersionId') ?? '']
        ids.set(key, [id, ...(ids.get(key) ?? [])])
      }
      if (elementText(page, 'IsTruncated') !== 'true') break
      const [key, id] = [elementText(page, 'NextKeyMarker'), elementText(page, 'NextVersionIdMarker')]
      markers = `&key-marker=${key ?? ''}${id === undefined ? '' : `&version-id-marker=${id}`}`
    }
    return new Map([...ids.values()].flatMap((list) => list.map((id, place) => [id, place] as const)))
  }
}

function replyOf(answer: RawAnswer, conditional: boolean): Reply {
  switch (answer.status) {
    case 200:
      return { kind: 'done' }
    case 412:
    case 404:
      assert.ok(conditional, answer.text)
      return { kind: 'refused' }
    default:
      return assert.fail(`${answer.status} ${answer.text}`)
  }
}
