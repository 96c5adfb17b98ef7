import assert from 'node:assert/strict'
import { headersOf } from '../../http/index.ts'
import { StoreFailure, type Failure, type Operation, type Target } from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { decodeKms } from './decode.ts'

/** What the dialect makes of a request; a text is sent as it is. */
export function operationOf(name: string, body: unknown): { readonly target: Target; readonly operation: Operation } {
  const decoded = decodeKms({
    requestId: 'R1',
    method: 'POST',
    rawPath: '/',
    query: [],
    host: { name: 'localhost', raw: 'localhost' },
    headers: headersOf([
      ['x-amz-target', `TrentService.${name}`],
      ['content-type', 'application/x-amz-json-1.1'],
    ]),
    secure: false,
    arrivedMs: 0,
  })
  return decoded.understand(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))
}

export function refusalOf(name: string, body: unknown): Failure {
  try {
    operationOf(name, body)
  } catch (error) {
    assert.ok(error instanceof StoreFailure, String(error))
    return error.failure
  }
  return assert.fail(`${name} was accepted`)
}

/** It holds `hello`, and does not show it. */
export function isSecret(value: unknown): boolean {
  assert.ok(value instanceof SecretBytes)
  assert.equal(JSON.stringify(value), '"<secret>"')
  assert.equal(
    value.expose((bytes) => Buffer.from(bytes).toString('utf8')),
    'hello',
  )
  return true
}
