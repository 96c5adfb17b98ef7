import { EMPTY_SHA256, sha256Hex, signRequest } from '../auth/index.ts'
import type { ClientConfig } from '../config/index.ts'
import {
  ADMIN_OBJECTS_PREFIX,
  ADMIN_PREFIX,
  TARGET_PARAMETERS,
  type AdminBody,
  type AdminKind,
  type AdminResults,
  type AdminTarget,
  type EncryptionJson,
  type StoredJson,
} from '../dialects/admin/wire.ts'
import { CommandFailure, EXIT, exitCodeOf } from './exit-codes.ts'
import type { Reply, Send } from './http-exchange.ts'

/** The admin API, as the caller of the configuration. Refusals come as `CommandFailure` with their exit code. */
export interface AdminClient {
  readonly endpoint: string
  call<Kind extends Exclude<AdminKind, 'put-object'>>(
    kind: Kind,
    target?: AdminTarget,
    body?: AdminBody<Kind>,
  ): Promise<AdminResults[Kind]>
  putObject(upload: Upload): Promise<StoredJson>
  getObject(target: {
    readonly bucket: string
    readonly object: string
    readonly versionId?: string
  }): Promise<Download>
}

export interface Upload {
  readonly bucket: string
  readonly object: string
  readonly contentType?: string
  readonly encryption?: EncryptionJson
  readonly sizeBytes: number
  /** SHA-256 of the body in hexadecimal: the signature covers the body by it. */
  readonly sha256: string
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
}

export interface Download {
  readonly sizeBytes: number
  readonly body: AsyncIterable<Uint8Array>
}

export interface AdminClientOptions {
  readonly config: ClientConfig
  readonly send: Send
  readonly now: () => number
  /** Told of every request, for `-v`: method, path, status, request id. No header, no signature. */
  readonly trace?: (line: string) => void
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024
const MAX_CODE_CHARS = 64

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly query: string
  readonly headers: readonly (readonly [string, string])[]
  readonly payloadHash: string
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
}

export function createAdminClient(options: AdminClientOptions): AdminClient {
  const exchange = (request: Request): Promise<Reply> => sendSigned(options, request)
  return {
    endpoint: options.config.endpoint.text,
    async call(kind, target, body) {
      const document = Buffer.from(JSON.stringify(body ?? {}), 'utf8')
      const reply = await exchange({
        method: 'POST',
        path: `${ADMIN_PREFIX}${kind}`,
        query: queryOf(target ?? {}),
        headers: [
          ['content-type', 'application/json'],
          ['content-length', String(document.length)],
        ],
        payloadHash: sha256Hex(document),
        body: document,
      })
      return readResult(reply)
    },
    async putObject(upload) {
      const { encryption, contentType } = upload
      const reply = await exchange({
        method: 'PUT',
        path: objectPath(upload.bucket, upload.object),
        query: joined([
          ['mode', encryption?.mode],
          [TARGET_PARAMETERS.key, encryption?.key],
          ['bucket-key', encryption?.bucketKey === undefined ? undefined : String(encryption.bucketKey)],
        ]),
        headers: [
          ...(contentType === undefined ? [] : [['content-type', contentType] as const]),
          ['content-length', String(upload.sizeBytes)],
        ],
        payloadHash: upload.sha256,
        body: upload.body,
      })
      return readResult<'put-object'>(reply)
    },
    async getObject({ bucket, object, versionId }) {
      const reply = await exchange({
        method: 'GET',
        path: objectPath(bucket, object),
        query: joined([[TARGET_PARAMETERS.versionId, versionId]]),
        headers: [],
        payloadHash: EMPTY_SHA256,
      })
      return { sizeBytes: Number(reply.header('content-length') ?? NaN), body: reply.body }
    },
  }
}

async function sendSigned({ config, send, now, trace }: AdminClientOptions, request: Request): Promise<Reply> {
  const { endpoint, credential, region } = config
  if (credential === undefined) {
    throw new CommandFailure(EXIT.usage, 'no access key is configured.', {
      tries: ['COFFER_ACCESS_KEY=<access key> COFFER_SECRET_KEY=<secret key> coffer ...', '--profile <name>'],
    })
  }
  const name = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  const ordinary = endpoint.port === (endpoint.secure ? 443 : 80)
  const token = credential.sessionToken
  const { headers } = signRequest(
    {
      method: request.method,
      host: ordinary ? name : `${name}:${endpoint.port}`,
      rawPath: request.path,
      rawQuery: request.query,
      headers: [...request.headers, ...(token === undefined ? [] : [['x-amz-security-token', token] as const])],
      payloadHash: request.payloadHash,
    },
    { accessKeyId: credential.accessKeyId, secret: credential.secret, region, timeMs: now() },
  )
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`
  const reply = await send({
    method: request.method,
    target,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
  })
  trace?.(`${request.method} ${target} ${reply.status} ${reply.header('x-coffer-request-id') ?? '-'}`)
  if (reply.status === 200) return reply
  throw await refusalOf(reply)
}

function queryOf(target: AdminTarget): string {
  const { bucket, object, versionId, key, sourceBucket, sourceObject, sourceVersionId, account } = target
  return joined([
    [TARGET_PARAMETERS.bucket, bucket],
    [TARGET_PARAMETERS.object, object],
    [TARGET_PARAMETERS.versionId, versionId],
    [TARGET_PARAMETERS.key, key],
    [TARGET_PARAMETERS.sourceBucket, sourceBucket],
    [TARGET_PARAMETERS.sourceObject, sourceObject],
    [TARGET_PARAMETERS.sourceVersionId, sourceVersionId],
    [TARGET_PARAMETERS.account, account],
  ])
}

function joined(parameters: readonly (readonly [string, string | undefined])[]): string {
  return parameters.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeUri(value)}`])).join('&')
}

/** Everything but the unreserved characters (RFC 3986, 2.3), each byte of UTF-8 as an escape. */
export function encodeUri(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte)
    encoded += /[A-Za-z0-9_.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

function objectPath(bucket: string, key: string): string {
  return `${ADMIN_OBJECTS_PREFIX}${encodeUri(bucket)}/${key.split('/').map(encodeUri).join('/')}`
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > MAX_ANSWER_BYTES) throw new CommandFailure(EXIT.failed, 'the answer of the server is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function parseObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : undefined
  } catch {
    return undefined
  }
}

async function readResult<Kind extends AdminKind>(reply: Reply): Promise<AdminResults[Kind]> {
  const text = (await readAll(reply.body)).toString('utf8')
  if (parseObject(text) === undefined)
    throw new CommandFailure(EXIT.failed, 'the server answered something else than JSON')
  // The server encodes by the same types; members that a newer one adds are passed over.
  return JSON.parse(text) as AdminResults[Kind]
}

async function refusalOf(reply: Reply): Promise<CommandFailure> {
  const error = parseObject((await readAll(reply.body)).toString('utf8'))
  const text = (name: string): string | undefined => {
    const value = error?.get(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const requestId = text('requestId') ?? reply.header('x-coffer-request-id')
  const code = text('code')?.slice(0, MAX_CODE_CHARS)
  if (code === undefined) {
    const exitCode = reply.status >= 500 ? EXIT.away : EXIT.failed
    return new CommandFailure(
      exitCode,
      `the server answered ${reply.status} and nothing that this command understands`,
      {
        requestId,
      },
    )
  }
  const action = text('action')
  const details = [text('argument'), text('detail')].filter((one) => one !== undefined).join(' ')
  const why = action === undefined ? details : `the action ${action} is missing`
  const sentence = `${text('message') ?? code}${why === '' ? '' : `: ${why}`}.`
  return new RefusedByServer(code, sentence, requestId)
}

/** A refusal of the server, with its stable code. */
export class RefusedByServer extends CommandFailure {
  readonly code: string

  constructor(code: string, sentence: string, requestId?: string) {
    const known: Readonly<Record<string, readonly string[]>> = TRIES
    super(exitCodeOf(code), sentence, { tries: Object.hasOwn(TRIES, code) ? (known[code] ?? []) : [], requestId })
    this.code = code
  }
}

const TRIES = {
  'unknown-access-key': ['coffer config show --client'],
  'signature-does-not-match': ['coffer config show --client'],
  'no-such-bucket': ['coffer bucket list'],
  'key-not-found': ['coffer key list'],
  'alias-not-found': ['coffer key alias list'],
  sealed: ['coffer root verify'],
}
