import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  IAMServiceException,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { STSClient, STSServiceException } from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { AuditRecord } from '../../src/audit/index.ts'
import type { Row } from '../../src/storage/index.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCESS_KEY, ACCOUNT, memoryServer, REGION, SECRET_KEY } from '../servers.ts'

export const ROOT_ARN = `arn:aws:iam::${ACCOUNT}:root`
export const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`
export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`
export const policyArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:policy/${name}`

/** What a client signs with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export const ROOT: Credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY }

/** One statement of a policy. */
export interface Statement {
  readonly Effect?: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Principal?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** The text of a policy in AWS's language. */
export function policyOf(...statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  })
}

/** Who may take a role. */
export function trustOf(principal: string, more: Partial<Statement> = {}): string {
  return policyOf({ Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...more })
}

/** A server with people, the official clients of anybody, and a clock that tests move. */
export interface PeopleBench {
  readonly server: RunningCoffer
  iam(as?: Credentials): IAMClient
  sts(as?: Credentials): STSClient
  s3(as?: Credentials): S3Client
  /** Server and clients go forward together. */
  advance(seconds: number): void
  now(): number
  /** A user with one access key and, when given, an inline policy. */
  user(name: string, policy?: string): Promise<Credentials>
  audit(): Promise<readonly AuditRecord[]>
  /** Every row's name and the digest of its value, besides records and what comes and goes by itself. */
  state(): Promise<readonly string[]>
  rows(): Promise<readonly Row[]>
}

const FIRST_KEY = Buffer.alloc(0)
const LAST_KEY = Buffer.alloc(64, 0xff)
/** Records, and rows that come and go by themselves. */
const OWN_LIFE = /^(?:audit[-/]|iam\/[0-9]+\/last-use\/|job(?:-state)?\/|reads\/|writer\/)/

export async function peopleBench(t: TestContext): Promise<PeopleBench> {
  let aheadMs = 0
  const now = (): number => Date.now() + aheadMs
  const server = await memoryServer({ now })
  t.after(() => server.close())
  const clients: { destroy(): void }[] = []
  t.after(() => {
    for (const client of clients) client.destroy()
  })
  const settings = (as: Credentials) => ({
    region: REGION,
    endpoint: server.endpoint,
    credentials: as,
    maxAttempts: 1,
    systemClockOffset: aheadMs,
  })
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client)
    return client
  }
  const iam: PeopleBench['iam'] = (as = ROOT) => kept(new IAMClient(settings(as)))
  const rows = async (): Promise<readonly Row[]> =>
    (await server.rooms.store.scan({ start: FIRST_KEY, end: LAST_KEY, limit: 100_000 })).rows
  return {
    rows,
    server,
    iam,
    sts: (as = ROOT) => kept(new STSClient(settings(as))),
    s3: (as = ROOT) => kept(new S3Client({ ...settings(as), forcePathStyle: true })),
    now,
    advance: (seconds) => {
      aheadMs += seconds * 1_000
    },
    user: async (name, policy) => {
      const root = iam()
      await root.send(new CreateUserCommand({ UserName: name }))
      if (policy !== undefined) {
        await root.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: policy }))
      }
      const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: name }))
      return credentialsOf(AccessKey)
    },
    audit: async () => {
      await server.rooms.audit.flush()
      return server.rooms.audit.search({ limit: 1_000 })
    },
    state: async () => {
      const named = (await rows()).map(({ key, value }) => [Buffer.from(key).toString('latin1'), value] as const)
      return named
        .filter(([key]) => !OWN_LIFE.test(key))
        .map(([key, value]) => `${key} ${createHash('sha256').update(value).digest('hex')}`)
    },
  }
}

/** What an answer gave out, as what a client signs with. */
export function credentialsOf(
  given:
    | {
        readonly AccessKeyId: string | undefined
        readonly SecretAccessKey: string | undefined
        readonly SessionToken?: string | undefined
      }
    | undefined,
): Credentials {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {}
  assert.ok(accessKeyId !== undefined && secretAccessKey !== undefined)
  return sessionToken === undefined ? { accessKeyId, secretAccessKey } : { accessKeyId, secretAccessKey, sessionToken }
}

/** The call is refused with this status and code. Gives the message, for more to be asked of it. */
export async function refused(call: Promise<unknown>, status: number, code: string): Promise<string> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(outcome !== undefined, `was not refused; expected ${status} ${code}`)
  const expected =
    outcome instanceof IAMServiceException ||
    outcome instanceof STSServiceException ||
    outcome instanceof S3ServiceException
  assert.ok(expected, outcome instanceof Error ? outcome : 'not an error')
  assert.deepEqual([outcome.$metadata.httpStatusCode, codeOf(outcome)], [status, code], outcome.message)
  return outcome.message
}

/** Refused, nothing changed, and recorded as refused: whoever asked, for this action. */
export async function refusedWithoutTrace(
  bench: PeopleBench,
  call: () => Promise<unknown>,
  status: number,
  code: string,
): Promise<string> {
  const before = await bench.state()
  const message = await refused(call(), status, code)
  assert.deepEqual(await bench.state(), before, 'something was stored')
  return message
}

/** The official clients name errors of their model with an ending that is not on the wire. */
function codeOf(error: Error): string {
  return error.name.replace(/Exception$/, '')
}
