/**
 * The oracle of every attack: a refusal is its status, its code and its body; nothing changed; the server lives; and no
 * secret is in anything that it says.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { TestContext } from 'node:test'
import { accountCounter, bucketCounter, readBucket, type BucketRecord } from '../../src/objects/index.ts'
import type { AuditRecord } from '../../src/audit/index.ts'
import { parseAccountId, parseBucketName } from '../../src/operations/index.ts'
import type { RunningCoffer, StartOptions } from '../../src/start-coffer.ts'
import { ACCOUNT, memoryServer, SECRET_KEY } from '../servers.ts'
import { askRaw, rawRequest, type RawAnswer } from './raw-socket.ts'
import { signedBytes, type Signing, type WireRequest } from './wire-request.ts'

/** A server in this process that is attacked over the wire. */
export interface Victim {
  readonly server: RunningCoffer
  readonly port: number
  /** Texts that must be in no answer, log line or audit record. The secret key is always one. */
  readonly canaries: string[]
  /** Everything the server has written to its log. */
  log(): string
  send(bytes: Uint8Array | string, options?: { readonly bodiless?: boolean }): Promise<RawAnswer>
  /** Signs, sends, and demands the status (default 200). */
  ok(request: WireRequest, status?: number, signing?: Signing): Promise<RawAnswer>
}

/** What a refusal has to be. */
export interface Outcome {
  readonly status: number
  /** The `Code` of the error document. Absent: there is no body (HEAD, the edge). */
  readonly code?: string
}

/** Everything that a refused request must not have changed, as text that can be compared. */
export type StoredState = readonly string[]

export const BUCKET = 'bucket-one'
export const OTHER_BUCKET = 'bucket-two'

/** Starts a server with two buckets; its log is kept, at its most talkative. */
export async function startVictim(t: TestContext, options: StartOptions = {}): Promise<Victim> {
  let log = ''
  t.mock.method(process.stderr, 'write', (text: string | Uint8Array) => {
    log += typeof text === 'string' ? text : Buffer.from(text).toString('utf8')
    return true
  })
  const server = await memoryServer({ ...options, settings: { COFFER_LOG_LEVEL: 'debug', ...options.settings } })
  t.after(() => server.close())
  const port = Number(/:(\d+)$/.exec(server.endpoint)?.[1])
  const send: Victim['send'] = (bytes, how) => askRaw({ port }, bytes, how)
  const victim: Victim = {
    ...{ server, port, send, canaries: [SECRET_KEY], log: () => log },
    ok: async (request, status = 200, signing = {}) => {
      const answer = await send(signedBytes(request, signing), { bodiless: request.method === 'HEAD' })
      assert.equal(answer.status, status, `${request.method ?? 'GET'} ${request.path}: ${answer.body.toString()}`)
      return answer
    },
  }
  for (const bucket of [BUCKET, OTHER_BUCKET]) await victim.ok({ method: 'PUT', path: `/${bucket}` })
  return victim
}

/** Sends the request, demands the outcome, and that it had no effect. Returns the answer. */
export async function expectRefused(
  victim: Victim,
  bytes: Uint8Array | string,
  outcome: Outcome,
  what = '',
): Promise<RawAnswer> {
  const before = await storedState(victim)
  const bodiless = Buffer.from(bytes.slice(0, 5)).toString('latin1') === 'HEAD '
  const answer = await victim.send(bytes, { bodiless })
  const text = answer.body.toString('utf8')
  assert.equal(answer.status, outcome.status, `${what}: ${answer.statusLine} ${text}`)
  assert.equal(codeOf(answer), outcome.code, `${what}: ${text}`)
  if (outcome.code === undefined) assert.equal(text, '', what)
  assert.deepEqual(await storedState(victim), before, `${what}: something was stored`)
  await expectAlive(victim)
  await expectNoCanary(victim, answer)
  return answer
}

/** The code of an error document: XML of S3, JSON of the admin API and of KMS. */
export function codeOf(answer: Pick<RawAnswer, 'body'>): string | undefined {
  const text = answer.body.toString('utf8')
  const found =
    /<Error>(?:<Type>[A-Za-z]+<\/Type>)?<Code>([A-Za-z0-9.]+)<\/Code>/.exec(text) ??
    /"(?:code|__type)":"([A-Za-z0-9.-]+)"/.exec(text)
  return found?.[1]
}

/** The next request, on a new connection, is answered. */
export async function expectAlive(victim: Victim): Promise<void> {
  const answer = await victim.send(rawRequest('GET /-/ready HTTP/1.1'))
  assert.equal(`${answer.status} ${answer.body.toString()}`, '200 ready\n')
}

async function expectNoCanary(victim: Victim, answer: RawAnswer): Promise<void> {
  const said = JSON.stringify([answer.statusLine, answer.headers, answer.body.toString('utf8')])
  const outputs = [said, victim.log(), JSON.stringify(await auditOf(victim))]
  for (const canary of victim.canaries) {
    assert.equal(
      outputs.findIndex((output) => output.includes(canary)),
      -1,
      'a secret is in an answer, the log or the audit',
    )
  }
}

export async function auditOf(victim: Victim): Promise<readonly AuditRecord[]> {
  const { audit } = victim.server.rooms
  await audit.flush()
  return audit.search({ limit: 1_000 })
}

/** Rows that come and go by themselves: audit streams, leases of jobs and of reads, writers, last uses. */
const OWN_LIFE =
  /^(?:audit|audit-(?:change|checkpoint|ledger|last-use)|job|job-state|reads|writer)\/|^audit-head$|^iam\/\d{12}\/last-use\//
const FIRST_KEY = Buffer.alloc(0)
const LAST_KEY = Buffer.alloc(64, 0xff)
const MANY = 100_000

/** Every row with its value and revision, every blob, every counter. */
export async function storedState({ server }: Victim): Promise<StoredState> {
  const { store, blobs } = server.rooms
  const { rows, more } = await store.scan({ start: FIRST_KEY, end: LAST_KEY, limit: MANY })
  assert.equal(more, false)
  const state = rows
    .filter(({ key }) => !OWN_LIFE.test(Buffer.from(key).toString('latin1')))
    .map(({ key, value, revision }) => `${Buffer.from(key).toString('latin1')} ${revision} ${digest(value)}`)
  const stored: string[] = []
  for await (const { id, bytes } of blobs.list()) stored.push(`blob ${id} ${bytes}`)
  return [...state, ...stored.toSorted(), ...(await countersOf(server))]
}

async function countersOf({ rooms }: RunningCoffer): Promise<readonly string[]> {
  const account = parseAccountId(ACCOUNT) ?? assert.fail()
  const buckets = await Promise.all(
    [BUCKET, OTHER_BUCKET].map((name) => readBucket(rooms.objects, parseBucketName(name) ?? assert.fail())),
  )
  const keys = [
    ...(['bytes', 'versions', 'uploads', 'buckets'] as const).map((what) => accountCounter(account, what)),
    ...buckets.flatMap((bucket) => (bucket === undefined ? [] : countersOfBucket(bucket))),
  ]
  return Promise.all(keys.map(async (key) => `counter ${hex(key)} ${await rooms.store.sum(key)}`))
}

function countersOfBucket({ uuid }: BucketRecord): readonly Uint8Array[] {
  return (['bytes', 'versions', 'uploads'] as const).map((what) => bucketCounter(uuid, what))
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
