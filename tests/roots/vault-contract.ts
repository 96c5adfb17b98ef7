import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { randomBytes } from '../../src/secrets/index.ts'

/** A request as the contract server saw it. */
export interface SeenCall {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Readonly<Record<string, unknown>>
}

/** What the next calls are answered with, in place of the server's own answer. */
export type Fault = (call: SeenCall) => { readonly status: number; readonly body?: unknown } | 'hang' | undefined

export interface VaultContract {
  readonly address: string
  readonly calls: readonly SeenCall[]
  /** Requests that no client of this API may send. */
  readonly violations: readonly string[]
  fault: Fault
  /** Every token so far is worth nothing from now on. */
  revokeTokens(): void
  /** The transit key is another one, of the same name. */
  replaceKey(): void
  close(): Promise<void>
}

export const TOKEN = 'hvs.contract-root-token'
export const ROLE_ID = 'contract-role'
export const SECRET_ID = 'contract-secret-id'
export const LEASE_SECONDS = 300

interface Served {
  readonly status: number
  readonly body?: unknown
}

/**
 * Vault's and OpenBao's API as far as a root needs it: transit encrypt, decrypt and rotate with associated data, AppRole
 * login, renewal, lookup. It checks the shape of every request against the API's documentation and remembers what does not fit.
 */
export async function vaultContract(): Promise<VaultContract> {
  const calls: SeenCall[] = []
  const violations: string[] = []
  const tokens = new Set([TOKEN])
  let keys = [randomBytes(32)]
  const contract = { fault: (() => undefined) as Fault }

  const authenticated = (call: SeenCall): boolean => {
    const token = call.headers['x-vault-token']
    return typeof token === 'string' && tokens.has(token)
  }
  const answer = (call: SeenCall): Served => {
    const demand = (good: boolean, what: string): void => {
      if (!good) violations.push(`${call.method} ${call.path}: ${what}`)
    }
    const members = (...names: readonly string[]): void =>
      demand(JSON.stringify(Object.keys(call.body).sort()) === JSON.stringify([...names].sort()), 'other members')
    demand(call.headers['x-vault-request'] === 'true', 'no x-vault-request')
    if (call.path === '/v1/auth/approle/login') {
      members('role_id', 'secret_id')
      demand(call.method === 'POST', 'method')
      if (call.body['role_id'] !== ROLE_ID || call.body['secret_id'] !== SECRET_ID) return refusal(400, 'invalid role')
      const token = `hvs.${randomBytes(12).toString('hex')}`
      tokens.add(token)
      return { status: 200, body: { auth: { client_token: token, lease_duration: LEASE_SECONDS, renewable: true } } }
    }
    if (!authenticated(call)) return refusal(403, 'permission denied')
    switch (call.path) {
      case '/v1/auth/token/lookup-self':
        demand(call.method === 'GET', 'method')
        return { status: 200, body: { data: { ttl: LEASE_SECONDS, renewable: true } } }
      case '/v1/auth/token/renew-self':
        demand(call.method === 'POST', 'method')
        return { status: 200, body: { auth: { client_token: 'x', lease_duration: LEASE_SECONDS, renewable: true } } }
      case '/v1/transit/encrypt/coffer':
        members('plaintext', 'associated_data')
        return { status: 200, body: { data: { ciphertext: encrypt(keys, call) } } }
      case '/v1/transit/decrypt/coffer': {
        members('ciphertext', 'associated_data')
        const plaintext = decrypt(keys, call)
        if (plaintext === undefined) return refusal(400, 'cipher: message authentication failed')
        return { status: 200, body: { data: { plaintext } } }
      }
      case '/v1/transit/keys/coffer/rotate':
        demand(call.method === 'POST', 'method')
        keys.push(randomBytes(32))
        return { status: 204 }
      default:
        // Whatever exports or backs up a key is never asked for.
        demand(!/export|backup|plaintext|restore/.test(call.path), 'asks for the key itself')
        return refusal(404, 'no handler for route')
    }
  }
  const server = createServer((request, response) => {
    void (async () => {
      const pieces: Buffer[] = []
      for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
      const text = Buffer.concat(pieces).toString()
      const body = text === '' ? {} : (JSON.parse(text) as SeenCall['body'])
      const call = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      calls.push(call)
      const served = contract.fault(call) ?? answer(call)
      if (served === 'hang') return
      response.writeHead(served.status, { 'content-type': 'application/json' })
      response.end(served.body === undefined ? undefined : JSON.stringify(served.body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return Object.assign(contract, {
    address: `http://127.0.0.1:${address.port}`,
    calls,
    violations,
    revokeTokens: () => tokens.clear(),
    replaceKey: () => {
      keys = [randomBytes(32)]
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
}

function refusal(status: number, error: string): Served {
  return { status, body: { errors: [error] } }
}

function bytesOf(value: unknown): Buffer {
  assert.ok(typeof value === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(value), 'not standard base64')
  return Buffer.from(value, 'base64')
}

function encrypt(keys: readonly Buffer[], call: SeenCall): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keys.at(-1) ?? assert.fail(), nonce)
  cipher.setAAD(bytesOf(call.body['associated_data']))
  const sealed = [nonce, cipher.update(bytesOf(call.body['plaintext'])), cipher.final(), cipher.getAuthTag()]
  return `vault:v${keys.length}:${Buffer.concat(sealed).toString('base64')}`
}

function decrypt(keys: readonly Buffer[], call: SeenCall): string | undefined {
  const [, version, sealed] = /^vault:v(\d+):(.+)$/.exec(String(call.body['ciphertext'])) ?? []
  const key = keys[Number(version) - 1]
  if (key === undefined || sealed === undefined) return undefined
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(bytesOf(call.body['associated_data']))
  decipher.setAuthTag(bytes.subarray(-16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64')
  } catch {
    return undefined
  }
}
