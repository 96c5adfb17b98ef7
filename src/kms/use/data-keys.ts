import { createSecretKey } from 'node:crypto'
import {
  after,
  refuse,
  type Awaitable,
  type EncryptionAlgorithm,
  type EncryptionContext,
  type KeyUsage,
} from '../../operations/index.ts'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { demandUsableState } from '../keys/change-key.ts'
import { MAX_PLAINTEXT_BYTES, openBlob, readBlob, type BlobFacts } from '../wraps/ciphertext-blob.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { contextBytes } from '../wraps/context-bytes.ts'
import type { KeyAsk } from '../keys/key-context.ts'
import { useDetail } from '../keys/key-journal.ts'
import { judgeKey, judgePlace, locate, renewal } from '../keys/key-lookup.ts'
import { demandAlgorithm, demandUsage } from '../keys/key-kind.ts'
import { shownKeyText } from '../keys/key-names.ts'
import type { FoundKey } from '../keys/key-reader.ts'
import { keyArn } from '../keys/key-record.ts'
import { currentVersion, materialId } from '../keys/material-version.ts'
import { demandVerdict, type KeyPlace } from '../rights/key-rights.ts'
import { demandRoad } from '../rights/key-road.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest, KeyUse, KeyUseAction } from '../key-service.ts'
import { withStore } from '../stores/with-store.ts'
import { wrapCurrent } from '../material/wrap-current.ts'

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
  /** Further condition keys of this use. */
  readonly extra?: NonNullable<KeyAsk['extra']>
}

interface ToOpen {
  readonly blob: Uint8Array
  readonly context: EncryptionContext
  readonly expectKeyArn?: string
  /** As the client names the key that it expects. */
  readonly expectKey?: string
  readonly algorithm?: EncryptionAlgorithm
  /** Further condition keys of this use. */
  readonly extra?: NonNullable<KeyAsk['extra']>
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

export function decrypt(
  rooms: KeyRooms,
  request: KeyRequest,
  { forWriting, ...options }: ToOpen & { readonly forWriting?: boolean },
): Promise<Opened> {
  const fetches = forWriting === true && request.via !== undefined
  return openAs(rooms, request, fetches ? 'kms:GenerateDataKey' : 'kms:Decrypt', options)
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
  const extra = await sameKeyFact(rooms, request, options)
  const from = {
    blob,
    context: sourceContext,
    extra,
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
    return {
      ...(await sealAs(rooms, request, 'kms:ReEncryptTo', { ...target, extra, plaintext })),
      source,
      sourceMaterialId,
    }
  } finally {
    plaintext.wipe()
  }
}

/** `kms:ReEncryptOnSameKey`: whether a blob comes back under the key that it was under. */
async function sameKeyFact(
  rooms: KeyRooms,
  request: KeyRequest,
  { blob, key }: ToReEncrypt,
): Promise<NonNullable<KeyAsk['extra']>> {
  const { uid } = await locate(rooms, request, key, 'kms:ReEncryptTo')
  return { 'kms:reencryptonsamekey': [String(readBlob(blob)?.keyUid === uid)] }
}

/** The right and the state, without the key store: what a cached bucket key does not spare. */
export function authorizeUse(
  rooms: KeyRooms,
  request: KeyRequest,
  use: Pick<KeyUse, 'keyUid' | 'arn'>,
  { action, context }: { readonly action: KeyUseAction; readonly context: EncryptionContext },
): Awaitable<Required<Pick<KeyUse, 'renew'>>> {
  const name = `kms:${action}`
  const ask = askFor(name, { context })
  const failed = (error: unknown): never => {
    rooms.journal.failed(request, { action: name, resource: use.arn }, error)
    throw error
  }
  try {
    const judged = after(rooms.reader.accountOf(use.keyUid), (account) => {
      if (account === undefined) return refuse({ kind: 'key-not-found', key: use.arn })
      const place = { uid: use.keyUid, account }
      return after(judgePlace(rooms, request, place, ask, use.arn), (found) => {
        demandUsableFor(found, name)
        return { renew: found.renew }
      })
    })
    return judged instanceof Promise ? judged.catch(failed) : judged
  } catch (error) {
    return failed(error)
  }
}

/** What conditions may see of a symmetric use. */
function askFor(action: string, { context, extra }: Pick<ToSeal, 'context' | 'extra'>): KeyAsk {
  return { action, context, extra: extra === undefined ? SYMMETRIC : { ...SYMMETRIC, ...extra } }
}

const SYMMETRIC = { 'kms:encryptionalgorithm': ['SYMMETRIC_DEFAULT'] }

/** In a state for it and of a kind for it: asked after the right, so that nobody learns a state without one. */
export function demandUsableFor({ record }: FoundKey, action: string, usage: KeyUsage = 'ENCRYPT_DECRYPT'): void {
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
    const judging = judgeKey(rooms, request, options.key, askFor(action, options))
    const found = judging instanceof Promise ? await judging : judging
    const { record, renew } = found
    resource = keyArn(record)
    demandUsableFor(found, action)
    demandAlgorithm(record, options.algorithm)
    endDryRun(request)
    const plaintext = typeof options.plaintext === 'function' ? await options.plaintext() : options.plaintext
    const { blob, under, ...handle } = await withStore(resource, () => wrapCurrent(rooms, record, plaintext, context))
    sealed = { blob, use: { ...handle, arn: resource, renew }, materialId: materialId(under) }
  } catch (error) {
    rooms.journal.failed(request, { action, resource, detail: useDetail(request, options.context) }, error)
    throw error
  }
  const detail = useDetail(request, options.context, sealed)
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
  rooms.journal.done(request, { action, ...where, detail: useDetail(request, options.context, opened) })
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
  const ask = askFor(action, options)
  const expected = expectKey === undefined ? undefined : await expectedKey(rooms, request, expectKey, ask)
  const facts = readBlob(options.blob)
  const account = facts === undefined ? undefined : await rooms.reader.accountOf(facts.keyUid)
  if (facts === undefined || account === undefined) return refuseBlob(options.blob, context)
  const place = { uid: facts.keyUid, account }
  const verdict = await rooms.rights.weigh(request, place, ask)
  if (verdict === undefined) return refuseBlob(options.blob, context)
  const { found, decision } = verdict
  const { record } = found
  const arn = keyArn(record)
  known(arn)
  // Who sends a blob here directly learns nothing of foreign and of former keys; objects name their key openly.
  const concealed = request.via === undefined && !isOwn(request, found)
  const allowed = decision.kind === 'allow'
  if (request.via === undefined && record.state === 'destroyed') return refuseBlob(options.blob, context)
  if (!allowed && concealed) return refuseBlob(options.blob, context)
  const other = options.expectKeyArn !== undefined && options.expectKeyArn !== arn
  if (allowed && (other || (expected !== undefined && expected.uid !== record.uid))) {
    return refuse({ kind: 'incorrect-key' })
  }
  demandVerdict(request, place, ask, verdict)
  await demandRoad(rooms, request, place, ask, verdict)
  demandUsableFor(found, action)
  demandAlgorithm(record, options.algorithm)
  if (!isVersionOf(facts, found)) return refuseBlob(options.blob, context)
  endDryRun(request)
  const handle = { keyUid: record.uid, version: facts.version }
  const plaintext = await withStore(arn, () => rooms.keyStore.unwrap(handle, options.blob, context))
  if (plaintext === undefined) return refuse({ kind: 'invalid-ciphertext' })
  return {
    plaintext,
    use: { ...handle, arn, renew: renewal(rooms, request, place, ask) },
    materialId: materialId(record, facts.version),
  }
}

/** Of another account's keys only those are named that the caller may use so: the others are not there for him. */
async function expectedKey(rooms: KeyRooms, request: KeyRequest, text: string, ask: KeyAsk): Promise<KeyPlace> {
  const place = await locate(rooms, request, text, ask.action)
  const { caller } = request
  const own = caller.kind !== 'anonymous' && caller.account === place.account
  if (!own) await rooms.rights.demand(request, place, ask)
  return place
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
