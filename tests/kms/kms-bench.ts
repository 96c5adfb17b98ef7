import { CreateKeyCommand, KMSClient, KMSServiceException, type CreateKeyCommandInput } from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { after } from 'node:test'
import type { RunningCoffer, StartOptions } from '../../src/start-coffer.ts'
import { rawRequest, type RawAnswer, type RawRequest } from '../raw-request.ts'
import { ACCESS_KEY, ACCOUNT, memoryServer, REGION, SECRET_KEY } from '../servers.ts'

export const KEY_ARN = /^arn:aws:kms:us-east-1:000000000001:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** The id of no key. */
export const NO_KEY_ID = '11111111-2222-4333-8444-555555555555'
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`

/** A server of one test file, its official client, and a clock that only moves when a test moves it. Ends with the file. */
export interface KmsBench {
  readonly server: RunningCoffer
  readonly kms: KMSClient
  /** `POST /`, signed for `kms`, with exactly this target and this body. */
  readonly raw: (target: string, body: string, more?: Partial<RawRequest>) => Promise<RawAnswer>
  /** Moves the clock of the server and of its client. */
  readonly move: (ms: number) => void
  readonly newKey: (input?: CreateKeyCommandInput) => Promise<NewKey>
}

export interface NewKey {
  readonly id: string
  readonly arn: string
}

export async function kmsBench(options: StartOptions = {}): Promise<KmsBench> {
  let ahead = 0
  const server = await memoryServer({ now: () => Date.now() + ahead, ...options })
  const kms = kmsClient(server)
  // What the client signs has to be of the server's time, which is not that of the answers' Date.
  Object.defineProperty(kms.config, 'systemClockOffset', { get: () => ahead, set: () => undefined })
  after(async () => {
    kms.destroy()
    await server.close()
  })
  return {
    server,
    kms,
    raw: (target, body, more = {}) => rawKms(server, target, body, { timeMs: Date.now() + ahead, ...more }),
    move: (ms) => {
      ahead += ms
    },
    newKey: async (input = {}) => {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand(input))
      const { KeyId, Arn } = KeyMetadata ?? assert.fail()
      return { id: KeyId ?? assert.fail(), arn: Arn ?? assert.fail() }
    },
  }
}

/** The official client, as the root of the test account or with another credential. */
export function kmsClient(
  server: { readonly endpoint: string },
  more: Partial<ConstructorParameters<typeof KMSClient>[0]> = {},
): KMSClient {
  return new KMSClient({
    region: REGION,
    endpoint: server.endpoint,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    maxAttempts: 1,
    ...more,
  })
}

export function rawKms(
  server: { readonly endpoint: string },
  target: string,
  body: string,
  more: Partial<RawRequest> = {},
): Promise<RawAnswer> {
  return rawRequest(server, {
    method: 'POST',
    path: '/',
    service: 'kms',
    headers: [
      ['content-type', 'application/x-amz-json-1.1'],
      ['x-amz-target', target],
    ],
    body,
    ...more,
  })
}

/** What an answer to a raw request says: a member of its JSON body. */
export function member(answer: RawAnswer, name: string): unknown {
  const value: unknown = JSON.parse(answer.text)
  assert.ok(typeof value === 'object' && value !== null)
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

/** It is refused with this type and, where given, these very words. */
export async function refused(
  asked: Promise<unknown>,
  type: string,
  message?: string | RegExp,
): Promise<KMSServiceException> {
  const error: unknown = await asked.then(
    () => assert.fail(`it was accepted, not ${type}`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof KMSServiceException, String(error))
  assert.equal(error.name, type, error.message)
  if (typeof message === 'string') assert.equal(error.message, message)
  if (message instanceof RegExp) assert.match(error.message, message)
  return error
}
