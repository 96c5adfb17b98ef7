import { SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { RootRefused, RootUnavailable, type RootProvider } from './root-provider.ts'
import { keptRoot } from './kept-root.ts'
import { keeperBreaker, membersOf, type SendToKeeper } from './remote-keeper.ts'

/** A key of AWS KMS, or of a server that speaks its protocol. */
export interface AwsKmsRoot {
  /** In words: `https://kms.eu-central-1.amazonaws.com`. */
  readonly address: string
  readonly keyArn: string
  /** Signs with SigV4 (service `kms`) and sends `POST /`. */
  readonly send: (target: string, body: Uint8Array) => ReturnType<SendToKeeper>
}

/** The member of the encryption context that names this deployment: a key policy can insist on it. */
export const CLUSTER_CONTEXT = 'coffer:cluster'
const MAX_BLOB_BYTES = 6_144
/** What retrying may help: throttling, the service's own trouble, a key that is out of reach for now. */
const AWAY =
  /^(ThrottlingException|KMSInternalException|DependencyTimeoutException|KeyUnavailableException|KMSInvalidStateException|DisabledException|LimitExceededException|ServiceUnavailable.*|InternalFailure)$/
/** What answers for this blob alone. */
const DAMAGED = /^(InvalidCiphertextException|IncorrectKeyException)$/

/**
 * The root in AWS KMS. Each wrap has a data key of its own (GenerateDataKey) as root key, recovered with Decrypt, both
 * with the encryption context {coffer:cluster: <id>}. The rights needed are those two, on the one key.
 */
export function awsKmsRoot(kms: AwsKmsRoot, now: () => number): RootProvider {
  const place = `the key ${kms.keyArn} of ${kms.address}`
  const reference = Buffer.from(kms.keyArn)
  const call = caller(kms, place, now)
  const contextOf = (clusterId: Uint8Array): Readonly<Record<string, string>> => ({
    [CLUSTER_CONTEXT]: Buffer.from(clusterId).toString('hex'),
  })
  return keptRoot({
    kind: 'aws-kms',
    place,
    given: kms.keyArn,
    protect: async ({ clusterId }) => {
      const answer = await call('GenerateDataKey', {
        ...{ KeyId: kms.keyArn, KeySpec: 'AES_256', EncryptionContext: contextOf(clusterId) },
      })
      const { Plaintext: plaintext, CiphertextBlob: blob, KeyId: keyId } = answer ?? {}
      const rootKey = keyOf(plaintext)
      const protectedKey = typeof blob === 'string' ? Buffer.from(blob, 'base64') : Buffer.alloc(0)
      if (rootKey === undefined || protectedKey.length === 0 || protectedKey.length > MAX_BLOB_BYTES) {
        throw new RootUnavailable(`${place} gives an answer that is none of its own`)
      }
      if (keyId !== kms.keyArn) throw new RootUnavailable(`${place} answers with another key`)
      return { rootKey, way: 0, reference, protectedKey }
    },
    owns: async (facts) => facts.reference.equals(reference),
    recover: async ({ protectedKey }, { clusterId }) => {
      const answer = await call('Decrypt', {
        KeyId: kms.keyArn,
        CiphertextBlob: protectedKey.toString('base64'),
        EncryptionContext: contextOf(clusterId),
      })
      if (answer === undefined) return undefined
      if (answer['KeyId'] !== kms.keyArn) throw new RootUnavailable(`${place} answers with another key`)
      return keyOf(answer['Plaintext'])
    },
  })
}

function keyOf(text: unknown): SecretBytes | undefined {
  if (typeof text !== 'string') return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === KEY_BYTES ? new SecretBytes(bytes) : undefined
}

/** Undefined: it says that the blob is none of its own. */
function caller(
  kms: AwsKmsRoot,
  place: string,
  now: () => number,
): (operation: string, members: object) => Promise<Readonly<Record<string, unknown>> | undefined> {
  const breaker = keeperBreaker(place, now)
  return (operation, members) =>
    breaker.run(async () => {
      const body = Buffer.from(JSON.stringify(members))
      const { status, body: bytes } = await kms.send(`TrentService.${operation}`, body).catch((error: unknown) => {
        throw new RootUnavailable(`${place} does not answer: ${error instanceof Error ? error.message : 'unknown'}`)
      })
      const answer = membersOf(bytes)
      if (status === 200 && answer !== undefined) return answer
      const type = typeof answer?.['__type'] === 'string' ? answer['__type'].replace(/^.*#/, '') : `status ${status}`
      if (operation === 'Decrypt' && DAMAGED.test(type)) return undefined
      if (status >= 500 || answer === undefined || AWAY.test(type)) {
        throw new RootUnavailable(`${place} does not answer (${type})`)
      }
      throw new RootRefused(`${place} refuses ${operation} (${type})`)
    })
}
