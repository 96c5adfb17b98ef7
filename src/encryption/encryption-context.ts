import { contextBytes } from '../kms/index.ts'
import { refuse, type EncryptionContext } from '../operations/index.ts'

/** The one reserved pair: what the data key is for. */
const ARN_NAME = 'aws:s3:arn'
const RESERVED_PREFIX = 'aws:'

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
    if (name.length === 0) {
      return refuseContext('a name is not empty')
    }
  }
  // Its limit is for what the client gave: refused here, where it can be told from our own pair.
  if (client !== undefined) contextBytes(client)
  return Object.fromEntries([...pairs, [ARN_NAME, arn]])
}

function refuseContext(detail: string): never {
  return refuse({ kind: 'invalid-argument', argument: 'encryption-context', detail })
}
