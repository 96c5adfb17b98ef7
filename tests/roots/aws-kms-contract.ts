import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { createServer } from 'node:http'
import { Sha256 } from '@aws-sdk/checksums/sha'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { randomBytes } from '../../src/secrets/index.ts'

export const REGION = 'eu-central-1'
export const KEY_ARN = `arn:aws:kms:${REGION}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`
export const ACCESS_KEY_ID = 'AKIDCONTRACTTEST0001'
export const SECRET_KEY = 'contract-secret-0123456789-0123456789'

export interface KmsCall {
  readonly operation: string
  readonly members: Readonly<Record<string, unknown>>
}

export interface KmsContract {
  readonly endpoint: string
  readonly calls: readonly KmsCall[]
  readonly violations: readonly string[]
  /** What the next calls are answered with, in place of the server's own answer. */
  fault: (call: KmsCall) => { readonly status: number; readonly body?: unknown } | 'hang' | undefined
  close(): Promise<void>
}

/**
 * AWS KMS as far as a root needs it: GenerateDataKey and Decrypt of one key over JSON 1.1. Every request is signed again
 * by the official signer, and its members are held against the API's model; what does not fit is remembered.
 */
export async function awsKmsContract(): Promise<KmsContract> {
  const calls: KmsCall[] = []
  const violations: string[] = []
  const material = randomBytes(32)
  const contract = { fault: (() => undefined) as KmsContract['fault'] }

  const answer = ({ operation, members }: KmsCall): { readonly status: number; readonly body: unknown } => {
    const names = Object.keys(members).sort().join(' ')
    const context = JSON.stringify(members['EncryptionContext'])
    if (!/^\{"coffer:cluster":"[0-9a-f]{32}"\}$/.test(context)) violations.push(`${operation}: context ${context}`)
    if (members['KeyId'] !== KEY_ARN) return failure('NotFoundException')
    if (operation === 'GenerateDataKey') {
      if (names !== 'EncryptionContext KeyId KeySpec') violations.push(`${operation}: ${names}`)
      const plaintext = randomBytes(32)
      const blob = seal(material, plaintext, context)
      const body = { CiphertextBlob: blob.toString('base64'), Plaintext: plaintext.toString('base64'), KeyId: KEY_ARN }
      return { status: 200, body }
    }
    if (operation !== 'Decrypt') violations.push(`${operation}: not needed`)
    if (names !== 'CiphertextBlob EncryptionContext KeyId') violations.push(`${operation}: ${names}`)
    const plaintext = open(material, Buffer.from(String(members['CiphertextBlob']), 'base64'), context)
    if (plaintext === undefined) return failure('InvalidCiphertextException')
    const body = { Plaintext: plaintext.toString('base64'), KeyId: KEY_ARN, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
    return { status: 200, body }
  }

  const server = createServer((request, response) => {
    void (async () => {
      const pieces: Buffer[] = []
      for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
      const body = Buffer.concat(pieces)
      const { method = '', url = '', headers } = request
      if (method !== 'POST' || url !== '/') violations.push(`${method} ${url}`)
      if (headers['content-type'] !== 'application/x-amz-json-1.1') violations.push('content type')
      const target = String(headers['x-amz-target'])
      if (!target.startsWith('TrentService.')) violations.push(`target ${target}`)
      const call = {
        operation: target.slice('TrentService.'.length),
        members: JSON.parse(body.toString()) as KmsCall['members'],
      }
      calls.push(call)
      const expected = await signedAgain(headers as Readonly<Record<string, string>>, body)
      const served =
        contract.fault(call) ??
        (expected === headers.authorization ? answer(call) : failure('InvalidSignatureException'))
      if (served === 'hang') return
      response.writeHead(served.status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(served.body === undefined ? undefined : JSON.stringify(served.body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return Object.assign(contract, {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls,
    violations,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
}

export function failure(type: string, status = 400): { readonly status: number; readonly body: unknown } {
  return { status, body: { __type: type, message: 'no' } }
}

/** What the official signer puts into `Authorization` for the signed headers of a request. */
async function signedAgain(headers: Readonly<Record<string, string>>, body: Buffer): Promise<string | undefined> {
  const names = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1]?.split(';') ?? []
  const date = headers['x-amz-date'] ?? ''
  const signer = new SignatureV4({
    ...{ service: 'kms', region: REGION, sha256: Sha256, uriEscapePath: true, applyChecksum: true },
    credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET_KEY },
  })
  const request = new HttpRequest({
    ...{ method: 'POST', protocol: 'http:', hostname: headers['host'] ?? '', path: '/', body },
    headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])),
  })
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const signingDate = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
  const signed = await signer.sign(request, { signingDate })
  return signed.headers['authorization']
}

function seal(key: Buffer, plaintext: Buffer, context: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function open(key: Buffer, blob: Buffer, context: string): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(blob.subarray(-16))
  try {
    return Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()])
  } catch {
    return undefined
  }
}
