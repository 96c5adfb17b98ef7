import { createSecretKey, type KeyObject } from 'node:crypto'
import { refuse, type CustomerKey } from '../operations/index.ts'
import { hkdfExtract } from '../secrets/index.ts'

export const CUSTOMER_KEY_BYTES = 32

const SALT = Buffer.from('coffer/sse-c/v1', 'ascii')

/**
 * The wrap source made of a customer's key: HKDF-Extract-SHA-256, because a customer's 32 bytes need not be uniform
 * and a wrap source is 32 uniform bytes. Undefined: a key of another length, which can be nobody's.
 */
export function customerWrapSource(customer: CustomerKey): KeyObject | undefined {
  return customer.key.expose((bytes) => {
    if (bytes.length !== CUSTOMER_KEY_BYTES) return undefined
    const extracted = hkdfExtract('sha256', SALT, bytes)
    const source = createSecretKey(extracted)
    extracted.fill(0)
    return source
  })
}

/** For writes: a key of another length is the client's mistake. */
export function customerSourceForWrite(customer: CustomerKey): KeyObject {
  return (
    customerWrapSource(customer) ??
    refuse({ kind: 'invalid-argument', argument: 'customer-key', detail: 'a customer key has 32 bytes' })
  )
}

/** A read of an SSE-C version without a key. */
export function refuseMissingCustomerKey(): never {
  return refuse({
    kind: 'customer-key-mismatch',
    detail: 'the object is encrypted with a key of the customer: the request has to carry that key',
  })
}

/** A customer key where none belongs. */
export function refuseNeedlessCustomerKey(): never {
  return refuse({
    kind: 'customer-key-mismatch',
    detail: 'the object is not encrypted with a key of the customer: the request must not carry one',
  })
}
