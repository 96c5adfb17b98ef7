import { createSecretKey } from 'node:crypto'
import { after, refuse, type Awaitable, type EncryptionContext } from '../operations/index.ts'
import { randomBytes, SecretBytes } from '../secrets/index.ts'
import { demandUsableState } from './change-key.ts'
import { MAX_PLAINTEXT_BYTES, openBlob, readBlob, type BlobFacts } from './ciphertext-blob.ts'
import { KEY_BYTES } from './committing-wrap.ts'
import { contextBytes } from './context-bytes.ts'
import { useDetail } from './key-journal.ts'
import { find } from './key-lookup.ts'
import { demandUsage } from './key-kind.ts'
import { shownKeyText } from './key-names.ts'
import { demandAllowed } from './key-policy.ts'
import type { FoundKey } from './key-reader.ts'
import { keyArn } from './key-record.ts'
import { currentVersion } from './material-version.ts'
import type { KeyRooms } from './key-rooms.ts'
import type { KeyRequest, KeyUse } from './key-service.ts'
import { demandUsable } from './managed-keys.ts'
import { KeyStoreUnavailable, MaterialMissing } from './stores/key-store.ts'

interface Sealed {
  readonly blob: Buffer
  readonly use: KeyUse
}

interface Opened {
  readonly plaintext: SecretBytes
  readonly use: KeyUse
}

interface BlobToOpen {
  readonly blob: Uint8Array
  readonly context: EncryptionContext
  readonly expectKeyArn?: string
}

export async function generateDataKey(
  rooms: KeyRooms,
  request: KeyRequest,
  options: { readonly key: string; readonly context: EncryptionContext },
): Promise<Sealed & { readonly plaintext: SecretBytes }> {
  const plaintext = new SecretBytes(randomBytes(KEY_BYTES))
  return { plaintext, ...(await sealAs(rooms, request, 'kms:GenerateDataKey', { ...options, plaintext })) }
}

export function encrypt(
  rooms: KeyRooms,
  request: KeyRequest,
  options: { readonly key: string; readonly plaintext: SecretBytes; readonly context: EncryptionContext },
): Promise<Sealed> {
  const { length } = options.plaintext
  if (length < 1 || length > MAX_PLAINTEXT_BYTES) {
    const detail = `1 to ${MAX_PLAINTEXT_BYTES} bytes`
    return refuse({ kind: 'invalid-argument', argument: 'Plaintext', detail })
  }
  return sealAs(rooms, request, 'kms:Encrypt', options)
}

export function decrypt(rooms: KeyRooms, request: KeyRequest, options: BlobToOpen): Promise<Opened> {
  return openAs(rooms, request, 'kms:Decrypt', options)
}

export async function reEncrypt(
  rooms: KeyRooms,
  request: KeyRequest,
  options: {
    readonly blob: Uint8Array
    readonly sourceContext: EncryptionContext
    readonly key: string
    readonly context: EncryptionContext
  },
): Promise<Sealed & { readonly source: KeyUse }> {
  const from = { blob: options.blob, context: options.sourceContext }
  const { plaintext, use: source } = await openAs(rooms, request, 'kms:ReEncryptFrom', from)
  try {
    const { key, context } = options
    return { ...(await sealAs(rooms, request, 'kms:ReEncryptTo', { key, context, plaintext })), source }
  } finally {
    plaintext.wipe()
  }
}

/** The right and the state, without the key store: what a cached bucket key does not spare. */
export function authorizeUse(
  rooms: KeyRooms,
  request: KeyRequest,
  use: Pick<KeyUse, 'keyUid' | 'arn'>,
  action: 'GenerateDataKey' | 'Decrypt',
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

/** Allowed, in the right service, and in a state for it; in this order, so that nobody learns a state without a right. */
function demandUse(rooms: KeyRooms, request: KeyRequest, action: string, { record }: FoundKey): void {
  demandAllowed(rooms.policy, request.caller, action, record.account)
  demandUsable(record, request, action)
  demandUsableState('use', record)
  demandUsage(record, 'ENCRYPT_DECRYPT', action.slice('kms:'.length))
}

async function sealAs(
  rooms: KeyRooms,
  request: KeyRequest,
  action: string,
  options: { readonly key: string; readonly plaintext: SecretBytes; readonly context: EncryptionContext },
): Promise<Sealed> {
  let resource = shownKeyText(options.key)
  let sealed: Sealed
  try {
    const context = contextBytes(options.context)
    const found = await find(rooms, request, options.key, action)
    const { record } = found
    resource = keyArn(record)
    demandUse(rooms, request, action, found)
    const handle = { keyUid: record.uid, version: currentVersion(record) }
    const blob = await withStore(resource, () => rooms.keyStore.wrap(handle, options.plaintext, context))
    sealed = { blob, use: { ...handle, arn: resource } }
  } catch (error) {
    rooms.journal.failed(request, { action, resource, detail: useDetail(request, options.context) }, error)
    throw error
  }
  const detail = useDetail(request, options.context, sealed.use.version)
  rooms.journal.done(request, { action, resource, detail })
  return sealed
}

async function openAs(rooms: KeyRooms, request: KeyRequest, action: string, options: BlobToOpen): Promise<Opened> {
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
  options: BlobToOpen,
  known: (arn: string) => void,
): Promise<Opened> {
  const context = contextBytes(options.context)
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
  if (allowed && options.expectKeyArn !== undefined && options.expectKeyArn !== arn) {
    return refuse({ kind: 'incorrect-key' })
  }
  demandUse(rooms, request, action, found)
  if (!isVersionOf(facts, found)) return refuseBlob(options.blob, context)
  const handle = { keyUid: record.uid, version: facts.version }
  const plaintext = await withStore(arn, () => rooms.keyStore.unwrap(handle, options.blob, context))
  if (plaintext === undefined) return refuse({ kind: 'invalid-ciphertext' })
  return { plaintext, use: { ...handle, arn } }
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

/** The key store's own refusals as failures. */
async function withStore<Result>(arn: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    // Destroyed between the look at its state and now, or lost: in neither case is anything made in its place.
    if (error instanceof MaterialMissing) {
      return refuse({ kind: 'key-invalid-state', key: arn, state: 'unavailable' })
    }
    if (error instanceof KeyStoreUnavailable) {
      return refuse({ kind: 'key-unavailable', detail: 'the key store does not answer' })
    }
    throw error
  }
}
