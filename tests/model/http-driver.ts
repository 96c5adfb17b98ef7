import { S3ServiceException, type S3Client } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createAdminClient, type AdminClient } from '../../src/cli/admin-client.ts'
import { createSend } from '../../src/cli/http-exchange.ts'
import type { Answer, FailureKind, OperationKind } from '../../src/operations/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { ACCESS_KEY, memoryServer, REGION, s3Client, SECRET_KEY } from '../servers.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { KEYS, type JobName } from './moves.ts'
import type { Outcome, Request } from './outcome.ts'
import type { OpenedStore } from './episodes.ts'
import { sendRequest } from './send-request.ts'
import { failureOf, looksSame } from './wire-failures.ts'

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

/** What HTTP does not tell, by operation and field. */
const UNSEEN: ReadonlySet<string> = new Set([
  'refused.deleteMarker',
  'put-object.size',
  'copy-object.size',
  'complete-upload.size',
  'complete-upload.encryption',
  'get-object.partsCount',
  'head-object.partsCount',
  'get-object-attributes.partsCount',
  'get-object-attributes.system',
  'get-object-attributes.metadata',
  'get-object-attributes.tagCount',
  'get-object-attributes.encryption',
  'list-buckets.next',
])

/** A whole server in this process, and the official client before it. */
export class HttpDriver implements OpenedStore {
  readonly unseen = UNSEEN
  readonly timeUnitMs = 1_000
  keys: readonly string[] = []
  readonly #clock: { nowMs: number }
  readonly #server: RunningCoffer
  readonly #client: S3Client
  readonly #admin: AdminClient

  private constructor(clock: { nowMs: number }, server: RunningCoffer) {
    this.#clock = clock
    this.#server = server
    this.#client = s3Client(server, {
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
    const { hostname, port } = new URL(server.endpoint)
    const endpoint = { secure: false, host: hostname, port: Number(port), text: server.endpoint }
    const secret = new SecretBytes(Buffer.from(SECRET_KEY))
    const sources = { endpoint: 'flag', credential: 'flag', region: 'flag' } as const
    this.#admin = createAdminClient({
      config: { endpoint, credential: { accessKeyId: ACCESS_KEY, secret }, region: REGION, sources },
      send: createSend({ endpoint }),
      now: () => clock.nowMs,
    })
  }

  static async start(): Promise<HttpDriver> {
    const clock = { nowMs: START_MS }
    const driver = new HttpDriver(clock, await memoryServer({ now: () => clock.nowMs }))
    const keys: string[] = []
    for (let key = 0; key < KEYS; key++) keys.push((await driver.#admin.call('create-key', {}, {})).key.arn)
    driver.keys = keys
    return driver
  }

  nowMs(): number {
    return this.#clock.nowMs
  }

  pass(ms: number): void {
    this.#clock.nowMs += ms
  }

  sameFailure(left: FailureKind, right: FailureKind, operation: OperationKind): boolean {
    return looksSame(left, right, hasCode(operation))
  }

  async run({ operation, body }: Request): Promise<Outcome> {
    // Requests are signed by the server's clock.
    this.#client.config.systemClockOffset = this.#clock.nowMs - Date.now()
    try {
      const { result, bytes } = await sendRequest(this.#client, this.#server, operation, body, this.#clock.nowMs)
      // Each command's answer was read into the result of its own operation.
      const answer = { operation, result } as Answer
      return { kind: 'done', answer, ...(bytes === undefined ? {} : { bytes }) }
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error
      const status = error.$metadata.httpStatusCode ?? 0
      const withCode = hasCode(operation.kind) && status !== 304
      const code = error.name === 'BucketAlreadyExists' ? 'BucketAlreadyOwnedByYou' : error.name
      const detail = `${status} ${error.name}: ${error.message}`
      const failure = failureOf(status, code, withCode)
      assert.ok(failure !== undefined, `${operation.kind} was refused with ${detail}, which the model does not know`)
      return { kind: 'refused', failure, detail }
    }
  }

  async switchKey(position: number, enabled: boolean): Promise<void> {
    const key = this.keys[position] ?? assert.fail()
    await this.#admin.call(enabled ? 'enable-key' : 'disable-key', { key })
  }

  async job(job: JobName): Promise<void> {
    assert.equal(job, 'rotate-key')
    for (const key of this.keys) {
      const { key: found } = await this.#admin.call('describe-key', { key })
      if (found.state === 'enabled') await this.#admin.call('rotate-key', { key })
    }
  }

  async verify(): Promise<void> {
    const { damaged, remarks, countersAgree, indexAgrees, orphans } = await this.#admin.call('verify-store')
    assert.deepEqual(
      { damaged, remarks, countersAgree, indexAgrees, orphans },
      { damaged: [], remarks: [], countersAgree: true, indexAgrees: true, orphans: 0 },
    )
  }

  async close(): Promise<void> {
    this.#client.destroy()
    await this.#server.close()
  }
}

function hasCode(operation: OperationKind): boolean {
  return operation !== 'head-object' && operation !== 'head-bucket'
}
