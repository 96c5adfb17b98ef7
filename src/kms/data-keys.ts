import { createSecretKey } from 'node:crypto'
import {
  after,
  refuse,
  type Awaitable,
  type EncryptionAlgorithm,
  type EncryptionContext,
  type KeyUsage,
} from '../operations/index.ts'
import { randomBytes, SecretBytes } from '../secrets/index.ts'
import { demandUsableState } from './change-key.ts'
import { MAX_PLAINTEXT_BYTES, openBlob, readBlob, type BlobFacts } from './ciphertext-blob.ts'
import { KEY_BYTES } from './committing-wrap.ts'
import { contextBytes } from './context-bytes.ts'
import { useDetail } from './key-journal.ts'
import { find } from './key-lookup.ts'
import { demandAlgorithm, demandUsage } from './key-kind.ts'
import { shownKeyText } from './key-names.ts'
import { demandAllowed } from './key-policy.ts'
import type { FoundKey } from './key-reader.ts'
import { keyArn } from './key-record.ts'
import { currentVersion, materialId } from './material-version.ts'
import type { KeyRooms } from './key-rooms.ts'
import type { KeyRequest, KeyUse, KeyUseAction } from './key-service.ts'
import { demandUsable } from './managed-keys.ts'
import { withStore } from './with-store.ts'
import { wrapCurrent } from './wrap-current.ts'

interface Sealed {
  readonly blob: Buffer
  readonly use: KeyUse
  readonly materialId: string
}

interface Opened {
  readonly plaintext: SecretBytes
  readonly use: KeyUse
  readonly materialId: string
}

interface ToSeal {
  readonly key: string
  readonly context: EncryptionContext
  /** A function: made once everything is allowed. Whoever gave or made it wipes it. */
  readonly plaintext: SecretBytes | (() => Promise<SecretBytes>)
  readonly algorithm?: EncryptionAlgorithm
}

interface ToOpen {
  readonly blob: Uint8Array
  readonly context: EncryptionContext
  readonly expectKeyArn?: string
  /** As the client names the key that it expects. */
  readonly expectKey?: string
  readonly algorithm?: EncryptionAlgorithm
}

/** Most bytes of a data key. */
export const MAX_DATA_KEY_BYTES = 1_024

export async function generateDataKey(
  rooms: KeyRooms,
  request: KeyRequest,
  options: { readonly key: string; readonly context: EncryptionContext; readonly sizeBytes?: number },
  action: 'kms:GenerateDataKey' | 'kms:GenerateDataKeyWithoutPlaintext' = 'kms:GenerateDataKey',
): Promise<Sealed & { readonly plaintext: SecretBytes }> {
  const { key, context, sizeBytes = KEY_BYTES } = options
  demandRandomSize(sizeBytes, MAX_DATA_KEY_BYTES)
  const plaintext = new SecretBytes(randomBytes(sizeBytes))
  return { plaintext, ...(await sealAs(rooms, request, action, { key, context, plaintext })) }
}

/** Refuses a number of random bytes that is none or too many. */
export function demandRandomSize(sizeBytes: number, most: number): void {
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 1 && sizeBytes <= most) return
  refuse({ kind: 'invalid-argument', argument: 'NumberOfBytes', detail: `1 to ${most}` })
}

export function encrypt(
  rooms: KeyRooms,
  request: KeyRequest,
  options: ToSeal & { readonly plaintext: SecretBytes },
): Promise<Sealed> {
  const { length } = options.plaintext
  if (length < 1 || length > MAX_PLAINTEXT_BYTES) {
    const detail = `1 to ${MAX_PLAINTEXT_BYTES} bytes`
    return refuse({ kind: 'invalid-argument', argument: 'Plaintext', detail })
  }
  return sealAs(rooms, request, 'kms:Encrypt', options)
}

export function decrypt(rooms: KeyRooms, request: KeyRequest, options: ToOpen): Promise<Opened> {
  return openAs(rooms, request, 'kms:Decrypt', options)
}

interface ToReEncrypt {
  readonly blob: Uint8Array
  readonly sourceContext: EncryptionContext
  readonly sourceKey?: string
  readonly sourceAlgorithm?: EncryptionAlgorithm
  readonly key: string
  readonly context: EncryptionContext
  readonly algorithm?: EncryptionAlgorithm
}

export async function reEncrypt(
  rooms: KeyRooms,
  request: KeyRequest,
  options: ToReEncrypt,
): Promise<Sealed & { readonly source: KeyUse; readonly sourceMaterialId: string }> {
  const { blob, sourceContext, sourceKey, sourceAlgorithm, ...target } = options
  const from = {
    blob,
    context: sourceContext,
    ...(sourceKey === undefined ? {} : { expectKey: sourceKey }),
    ...(sourceAlgorithm === undefined ? {} : { algorithm: sourceAlgorithm }),
  }
  // A dry run asks for both: it opens, and ends before anything is wrapped.
  const {
    plaintext,
    use: source,
    materialId: sourceMaterialId,
  } = await openAs(rooms, { ...request, dryRun: false }, 'kms:ReEncryptFrom', from)
  try {
    return { ...(await sealAs(rooms, request, 'kms:ReEncryptTo', { ...target, plaintext })), source, sourceMaterialId }
  } finally {
    plaintext.wipe()
  }
}

/** The right and the state, without the key store: what a cached bucket key does not spare. */
export function authorizeUse(
  rooms: KeyRooms,
  request: KeyRequest,
  use: Pick<KeyUse, 'keyUid' | 'arn'>,
  action: KeyUseAction,
): Awaitable<void> {
  const name = `kms:${action}`
  const failed = (error: unknown): never => {
    rooms.journal.failed(request, { action: name, resource: use.arn }, error)
    throw error
  }
  const judge = (found: FoundKey | undefined): void => {
    if (found === undefined) refuse({ kind: 'key-not-found', key: use.arn })
    else demandUse(rooms, request, name, found)
  }
  try {
    const judged = after(rooms.reader.byUid(use.keyUid), judge)
    return judged instanceof Promise ? judged.catch(failed) : judged
  } catch (error) {
    return failed(error)
  }
}

/**
 * Allowed, in the right service, in a state for it, and of a kind for it; in this order, so that nobody learns a state
 * without a right.
 */
export function demandUse(
  rooms: KeyRooms,
  request: KeyRequest,
  action: string,
  { record }: FoundKey,
  usage: KeyUsage = 'ENCRYPT_DECRYPT',
): void {
  demandAllowed(rooms.policy, request.caller, action, record.account)
  demandUsable(record, request, action)
  demandUsableState('use', record)
  demandUsage(record, usage, action.slice('kms:'.length))
}

/** Ends a request that wants everything to be checked and nothing done. */
export function endDryRun(request: KeyRequest): void {
  if (request.dryRun === true) refuse({ kind: 'dry-run' })
}

/** Wraps something under a key, as `action`: checked, done, written down. */
export async function sealAs(rooms: KeyRooms, request: KeyRequest, action: string, options: ToSeal): Promise<Sealed> {
  let resource = shownKeyText(options.key)
  let sealed: Sealed
  try {
    const context = contextBytes(options.context)
    const found = await find(rooms, request, options.key, action)
    const { record } = found
    resource = keyArn(record)
    demandUse(rooms, request, action, found)
    demandAlgorithm(record, options.algorithm)
    endDryRun(request)
    const plaintext = typeof options.plaintext === 'function' ? await options.plaintext() : options.plaintext
    const { blob, under, ...handle } = await withStore(resource, () => wrapCurrent(rooms, record, plaintext, context))
    sealed = { blob, use: { ...handle, arn: resource }, materialId: materialId(under) }
  } catch (error) {
    rooms.journal.failed(request, { action, resource, detail: useDetail(request, options.context) }, error)
    throw error
  }
  const detail = useDetail(request, options.context, sealed.use.version)
  rooms.journal.done(request, { action, resource, detail })
  return sealed
}

/** Unwraps a blob under the key that it names, as `action`: checked, done, written down. */
export async function openAs(rooms: KeyRooms, request: KeyRequest, action: string, options: ToOpen): Promise<Opened> {
  const where = { resource: `arn:aws:kms:${rooms.region}::key/unknown` }
  let opened: Opened
  try {
    opened = await openBlobAs(rooms, request, action, options, (arn) => {
      where.resource = arn
    })
  } catch (error) {
    rooms.journal.failed(request, { action, ...where, detail: useDetail(request, options.context) }, error)
    throw error
  }
  rooms.journal.done(request, { action, ...where, detail: useDetail(request, options.context, opened.use.version) })
  return opened
}

async function openBlobAs(
  rooms: KeyRooms,
  request: KeyRequest,
  action: string,
  options: ToOpen,
  known: (arn: string) => void,
): Promise<Opened> {
  const context = contextBytes(options.context)
  const { expectKey } = options
  const expected = expectKey === undefined ? undefined : await find(rooms, request, expectKey, action)
  const facts = readBlob(options.blob)
  const found = facts === undefined ? undefined : await rooms.reader.byUid(facts.keyUid)
  if (facts === undefined || found === undefined) return refuseBlob(options.blob, context)
  const { record } = found
  const arn = keyArn(record)
  known(arn)
  // Who sends a blob here directly learns nothing of foreign and of former keys; objects name their key openly.
  const concealed = request.via === undefined && !isOwn(request, found)
  const allowed = rooms.policy(request.caller, action, record.account) === 'allow'
  if (request.via === undefined && record.state === 'destroyed') return refuseBlob(options.blob, context)
  if (!allowed && concealed) return refuseBlob(options.blob, context)
  const other = options.expectKeyArn !== undefined && options.expectKeyArn !== arn
  if (allowed && (other || (expected !== undefined && expected.record.uid !== record.uid))) {
    return refuse({ kind: 'incorrect-key' })
  }
  demandUse(rooms, request, action, found)
  demandAlgorithm(record, options.algorithm)
  if (!isVersionOf(facts, found)) return refuseBlob(options.blob, context)
  endDryRun(request)
  const handle = { keyUid: record.uid, version: facts.version }
  const plaintext = await withStore(arn, () => rooms.keyStore.unwrap(handle, options.blob, context))
  if (plaintext === undefined) return refuse({ kind: 'invalid-ciphertext' })
  return { plaintext, use: { ...handle, arn }, materialId: materialId(record, facts.version) }
}

function isOwn(request: KeyRequest, { record }: FoundKey): boolean {
  return request.caller.kind !== 'anonymous' && request.caller.account === record.account
}

function isVersionOf(facts: BlobFacts, { record }: FoundKey): boolean {
  return facts.version >= 1 && facts.version <= currentVersion(record)
}

const NOBODYS_KEY = createSecretKey(randomBytes(KEY_BYTES))

/** One answer for every blob that does not open, after about the same work. */
function refuseBlob(blob: Uint8Array, context: Uint8Array): never {
  openBlob(NOBODYS_KEY, blob, context)
  return refuse({ kind: 'invalid-ciphertext' })
}
