import { refuse, type EncryptionContext } from '../operations/index.ts'

/** The one reserved pair: what the data key is for. */
const ARN_NAME = 'aws:s3:arn'
const RESERVED_PREFIX = 'aws:'

/** Of the canonical bytes of what the client gave; our own pair comes on top. */
export const MAX_CONTEXT_BYTES = 8 * 1024

const MAX_FIELD_BYTES = 0xffff

export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}

/**
 * What is sent to the key service: the client's pairs and `aws:s3:arn`. A client's `aws:s3:arn` has to be ours, and no
 * other name may begin with `aws:`: else a key policy could be satisfied for one object by the name of another.
 */
export function contextFor(arn: string, client: EncryptionContext | undefined): EncryptionContext {
  const pairs = Object.entries(client ?? {})
  for (const [name, value] of pairs) {
    if (name === ARN_NAME ? value !== arn : name.startsWith(RESERVED_PREFIX)) {
      return refuseContext(`the name ${ARN_NAME} stands for the object itself, other names must not begin with aws:`)
    }
    if (name.length === 0 || !name.isWellFormed() || !value.isWellFormed()) {
      return refuseContext('names are not empty, and names and values are Unicode text')
    }
  }
  if (client !== undefined && canonicalContext(client).length > MAX_CONTEXT_BYTES) {
    return refuseContext(`an encryption context has at most ${MAX_CONTEXT_BYTES} bytes`)
  }
  return Object.fromEntries([...pairs, [ARN_NAME, arn]])
}

/**
 * Empty: no bytes. Else a count and, sorted by the bytes of the names, each name and value with its length before it;
 * all numbers u16, big-endian. docs/object-format.md, "Encryption contexts".
 */
export function canonicalContext(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).map(
    ([name, value]) => [Buffer.from(name, 'utf8'), Buffer.from(value, 'utf8')] as const,
  )
  if (pairs.length === 0) return Buffer.alloc(0)
  pairs.sort(([left], [right]) => Buffer.compare(left, right))
  const pieces: Buffer[] = [u16(pairs.length)]
  for (const pair of pairs) {
    for (const field of pair) pieces.push(u16(field.length), field)
  }
  return Buffer.concat(pieces)
}

function u16(value: number): Buffer {
  if (value > MAX_FIELD_BYTES) return refuseContext('an encryption context is too long')
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function refuseContext(detail: string): never {
  return refuse({ kind: 'invalid-argument', argument: 'encryption-context', detail })
}
