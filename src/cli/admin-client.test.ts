import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { createAuthenticator, sha256Hex } from '../auth/index.ts'
import { environmentOf, loadClientConfig } from '../config/index.ts'
import { createAdminDialect } from '../dialects/admin/index.ts'
import { createEdge, type Edge, type HttpRequest, type HttpResponse } from '../http/index.ts'
import {
  parseAccountId,
  StoreFailure,
  type Answer,
  type Operation,
  type Scheme,
  type Target,
} from '../operations/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { createAdminClient, encodeUri, RefusedByServer, type AdminClient } from './admin-client.ts'
import { CommandFailure, EXIT } from './exit-codes.ts'
import { createSend } from './http-exchange.ts'

const SECRET = 'abcdefghijklmnopqrstuvwxyz0123'
const KEY_ID = 'AKIDEXAMPLE'
const SCHEMES: ReadonlySet<Scheme> = new Set<Scheme>(['sigv4'])
const now = (): number => Date.UTC(2026, 10, 20, 14, 0, 0)

/** What the server understood of the last request, its body, and what it shall answer. */
const seen: { target?: Target; operation?: Operation; body?: string } = {}
let answerOf: (operation: Operation) => Answer = () => assert.fail('nobody expected a request')
let edge: Edge
let endpoint = ''

const account = parseAccountId('000000000001') ?? assert.fail()
const dialect = createAdminDialect()
const authenticator = createAuthenticator({
  credentials: (accessKeyId) =>
    Promise.resolve(
      accessKeyId === KEY_ID
        ? {
            accessKeyId,
            principal: { kind: 'account-root', account, arn: 'root' },
            secret: new SecretBytes(Buffer.from(SECRET)),
            generation: '1',
            schemes: SCHEMES,
          }
        : undefined,
    ),
  now,
  regions: ['us-east-1'],
  hostBucket: () => undefined,
})

/** The path of a request without gateway and engine: edge, signature, decoder, a canned answer, encoder. */
async function handle(request: HttpRequest): Promise<HttpResponse> {
  const context = { requestId: request.requestId, method: request.method, resource: request.rawPath }
  try {
    const identity = await authenticator.authenticate(request)
    const decoded = dialect.decode(identity.covered)
    assert.ok('target' in decoded)
    const pieces: Uint8Array[] = []
    for await (const piece of identity.body.read(request.signal)) pieces.push(piece)
    const body = Buffer.concat(pieces)
    seen.target = decoded.target
    seen.body = body.toString('utf8')
    const operation = await decoded.build(decoded.document === undefined ? new Uint8Array() : body)
    seen.operation = operation
    return dialect.encode(answerOf(operation), { ...context, key: decoded.target.key ?? '' })
  } catch (error) {
    return dialect.encodeFailure(error instanceof StoreFailure ? error.failure : { kind: 'internal' }, context)
  }
}

before(async () => {
  edge = createEdge({ handler: handle, host: '127.0.0.1', port: 0, now })
  endpoint = (await edge.listen()).url
})
after(() => edge.close(1_000))

function client(
  over: { readonly secret?: string; readonly at?: string; readonly trace?: (line: string) => void } = {},
): AdminClient {
  const config = loadClientConfig({
    flags: { endpoint: over.at ?? endpoint },
    env: environmentOf({ COFFER_ACCESS_KEY: KEY_ID, COFFER_SECRET_KEY: over.secret ?? SECRET }),
  })
  return createAdminClient({
    config,
    send: createSend(config),
    now,
    ...(over.trace === undefined ? {} : { trace: over.trace }),
  })
}

const NAMES = [
  'a',
  'ä b+c%.txt',
  '../..//x/',
  '?x=1&y#z',
  '語/😀',
  ' lead',
  'quote\'"(!)*~',
  '%2F',
  'line\nbreak',
  '//',
]

test('every name of an object arrives as it was, in the path and in the query, under the signature', async () => {
  for (const object of NAMES) {
    answerOf = (operation) => {
      if (operation.kind !== 'delete-object') return assert.fail(operation.kind)
      return { operation, result: { deleteMarker: false } }
    }
    assert.deepEqual(await client().call('delete-object', { bucket: 'photos', object }), { deleteMarker: false })
    assert.deepEqual(seen.target, { kind: 'delete-object', bucket: 'photos', key: object })

    answerOf = (operation) => {
      if (operation.kind !== 'put-object') return assert.fail(operation.kind)
      const encryption = { mode: 'sse-s3', cipher: 'aes-256' } as const
      return { operation, result: { etag: 'e', size: 3, checksums: [], encryption } }
    }
    const body = Buffer.from('abc')
    await client().putObject({ bucket: 'photos', object, sizeBytes: 3, sha256: sha256Hex(body), body })
    assert.deepEqual(seen.target, { kind: 'put-object', bucket: 'photos', key: object })
    assert.equal(seen.body, 'abc')
  }
})

test('a body in pieces is sent whole; one that is not what was signed is refused', async () => {
  const pieces = ['ab', 'c'].map((piece) => Buffer.from(piece))
  const upload = { bucket: 'photos', object: 'a', sizeBytes: 3, sha256: sha256Hex(Buffer.from('abc')) }
  await client().putObject({ ...upload, body: Readable.from(pieces) })
  assert.equal(seen.body, 'abc')
  await assert.rejects(client().putObject({ ...upload, body: Buffer.from('abX') }), RefusedByServer)
})

test('an object comes back byte for byte, with its length', async () => {
  const bytes = Buffer.from('some bytes')
  answerOf = (operation) => {
    if (operation.kind !== 'get-object') return assert.fail(operation.kind)
    return {
      operation,
      result: {
        object: {
          size: bytes.length,
          lastModifiedMs: 0,
          etag: 'e',
          system: { contentType: 'text/html' },
          metadata: [],
          tagCount: 0,
          storageClass: 'STANDARD',
          encryption: { mode: 'sse-s3', cipher: 'aes-256' },
          checksums: [],
        },
        slice: { first: 0, length: bytes.length, total: bytes.length, partial: false },
        body: { length: bytes.length, read: () => Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]) },
      },
    }
  }
  const { sizeBytes, body } = await client().getObject({ bucket: 'photos', object: 'a' })
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  assert.equal(sizeBytes, bytes.length)
  assert.deepEqual(Buffer.concat(pieces), bytes)
})

test('a refusal arrives with its code, its exit code, its details and its request id', async () => {
  answerOf = () => {
    throw new StoreFailure({ kind: 'access-denied', action: 's3:ListAllMyBuckets' })
  }
  await assert.rejects(client().call('list-buckets'), (error) => {
    assert.ok(error instanceof RefusedByServer)
    assert.deepEqual([error.code, error.exitCode], ['access-denied', EXIT.refused])
    assert.match(error.message, /the action s3:ListAllMyBuckets is missing/)
    assert.notEqual(error.requestId, undefined)
    return true
  })
})

test('a wrong secret is refused, and the trace of -v holds no signature and no secret', async () => {
  const lines: string[] = []
  const wrong = client({ secret: 'x'.repeat(30), trace: (line) => lines.push(line) })
  await assert.rejects(
    wrong.call('list-keys'),
    (error) => error instanceof RefusedByServer && error.exitCode === EXIT.refused,
  )
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /^POST \/-\/admin\/v1\/list-keys 403 /)
  assert.equal(/Signature|Credential|xxxx/.test(lines.join()), false)
})

test('a server that is not there is exit 6, with what to try', async () => {
  const socket = createServer().listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address() as AddressInfo
  socket.close()
  await once(socket, 'close')
  await assert.rejects(client({ at: `http://127.0.0.1:${port}` }).call('server-status'), (error) => {
    assert.ok(error instanceof CommandFailure)
    assert.equal(error.exitCode, EXIT.away)
    assert.ok(error.tries.includes('coffer serve'))
    return true
  })
})

test('without an access key nothing is sent', async () => {
  const config = loadClientConfig({ flags: { endpoint }, env: environmentOf({}) })
  const send = (): Promise<never> => assert.fail('nothing may be sent')
  await assert.rejects(createAdminClient({ config, send, now }).call('list-keys'), /no access key is configured/)
})

test('what is no JSON of ours is told as that, not shown', async () => {
  const config = loadClientConfig({
    flags: {},
    env: environmentOf({ COFFER_ACCESS_KEY: KEY_ID, COFFER_SECRET_KEY: SECRET }),
  })
  const page = (status: number): AdminClient =>
    createAdminClient({
      config,
      send: () =>
        Promise.resolve({
          status,
          header: () => undefined,
          body: Readable.from([Buffer.from('<html>\u001b[31mCANARY')]),
        }),
      now,
    })
  for (const [status, exitCode] of [
    [200, EXIT.failed],
    [404, EXIT.failed],
    [502, EXIT.away],
  ] as const) {
    await assert.rejects(page(status).call('list-keys'), (error) => {
      assert.ok(error instanceof CommandFailure)
      assert.equal(error.exitCode, exitCode)
      assert.equal(error.message.includes('CANARY'), false)
      return true
    })
  }
})

test('only unreserved characters stay as they are (RFC 3986, 2.3)', () => {
  assert.equal(encodeUri("aZ09-._~ +/%'()*!ä"), 'aZ09-._~%20%2B%2F%25%27%28%29%2A%21%C3%A4')
})
