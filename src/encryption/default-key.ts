import type { KeyRequest, KeyUse } from '../kms/index.ts'
import { refuse, StoreFailure, type BucketEncryption, type BucketName, type FailureKind } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Check, Fragment } from '../storage/index.ts'
import { usesKms } from './decide-mode.ts'
import { bucketArn, contextFor } from './encryption-context.ts'
import { defaultKeyRow, type RowStore } from './encryption-rows.ts'
import type { ObjectKeyService } from './service-keys.ts'

const FORMAT = Uint8Array.of(1)
const ALIAS = /^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?(?:alias\/|obs\/default$)/
const NOTHING: Fragment = { checks: [], writes: [] }

/** A default may name what cannot be used, or not by this caller: then it holds no key. */
const NAMES_NO_KEY: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'key-not-found',
  'alias-not-found',
  'key-disabled',
  'key-invalid-state',
  'key-invalid-usage',
  'access-denied',
  'invalid-argument',
])

/**
 * What a change of a bucket's default carries in its commit, so that the KMS key it names counts the bucket as long as
 * the default names it. Which key that is was decided when it was put, and is kept in a row: exact whatever happens
 * to the key meanwhile. An alias stands for whatever key it has when an object is written, in the writer's account,
 * so it holds none; neither does a default without a key.
 */
export async function changeDefaultKey(
  parts: { readonly kms: ObjectKeyService; readonly store: RowStore; readonly records: RecordSealer },
  request: KeyRequest,
  bucketUuid: Uint8Array,
  after: BucketEncryption,
): Promise<Fragment> {
  const rowKey = defaultKeyRow(bucketUuid)
  const referrer = { kind: 'default', id: bucketUuid } as const
  const [row] = await parts.store.getMany([rowKey])
  const before = row === undefined ? undefined : openUse(parts.records, rowKey, row.value)
  const unchanged: Check =
    row === undefined ? { kind: 'absent', key: rowKey } : { kind: 'revision', key: rowKey, revision: row.revision }
  const named = usesKms(after.mode) ? await keyNamedBy(parts.kms, request, after.key) : undefined
  if (before?.keyUid === named?.keyUid) return { checks: [unchanged], writes: [] }
  const taken = named === undefined ? undefined : await referenced(parts.kms, named, referrer)
  const freed = before === undefined ? NOTHING : parts.kms.dereference(before, referrer)
  if (named === undefined || taken === undefined) {
    const removal = row === undefined ? [] : [{ kind: 'delete', key: rowKey } as const]
    return { checks: [unchanged, ...freed.checks], writes: [...freed.writes, ...removal] }
  }
  const value = parts.records.seal({ rowKey, clear: FORMAT, secret: Buffer.from(JSON.stringify(named), 'utf8') })
  return {
    checks: [unchanged, ...freed.checks, ...taken.checks],
    writes: [...freed.writes, ...taken.writes, { kind: 'put', key: rowKey, value }],
  }
}

/** The KMS key that a bucket's default holds; undefined: none. */
export async function heldDefaultKey(
  parts: { readonly store: Pick<RowStore, 'getMany'>; readonly records: RecordSealer },
  bucketUuid: Uint8Array,
): Promise<Pick<KeyUse, 'keyUid' | 'version'> | undefined> {
  const rowKey = defaultKeyRow(bucketUuid)
  const [row] = await parts.store.getMany([rowKey])
  return row === undefined ? undefined : openUse(parts.records, rowKey, row.value)
}

/** The key of a default, as a write by this caller would find it now: unknown, disabled or not permitted is refused. */
export async function checkDefaultKey(
  kms: ObjectKeyService,
  request: KeyRequest,
  bucket: BucketName,
  rule: Pick<BucketEncryption, 'mode' | 'key'>,
): Promise<void> {
  if (!usesKms(rule.mode) || rule.key === undefined) return
  await demandUse(kms, request, bucket, await kms.resolve(request, rule.key))
}

async function demandUse(kms: ObjectKeyService, request: KeyRequest, bucket: BucketName, use: KeyUse): Promise<void> {
  const context = contextFor(bucketArn(bucket), undefined)
  await kms.authorizeUse(request, use, 'GenerateDataKey', context)
  await kms.authorizeUse(request, use, 'Decrypt', context)
}

/** The one key that a directory bucket may have: named by id or ARN, customer managed, and usable by the caller now. */
export async function checkOnlyKey(
  kms: ObjectKeyService,
  request: KeyRequest,
  bucket: BucketName,
  key: string | undefined,
): Promise<{ readonly uid: string; readonly arn: string }> {
  if (key === undefined || ALIAS.test(key)) return refuseOnlyKey()
  const use = await kms.resolve(request, key)
  if (use.managed === true) return refuseOnlyKey()
  await demandUse(kms, request, bucket, use)
  return { uid: use.keyUid, arn: use.arn }
}

function refuseOnlyKey(): never {
  const detail = 'A directory bucket takes the id or the ARN of a customer managed key: no alias, and no managed key.'
  return refuse({ kind: 'invalid-request', detail })
}

/**
 * What the road's page wants for naming a key as a default (OSS-55 to OSS-58). A key that is not there names nothing: an
 * upload finds that out.
 */
export async function demandDefaultRights(
  kms: ObjectKeyService,
  request: KeyRequest,
  { mode, key }: Pick<BucketEncryption, 'mode' | 'key'>,
): Promise<void> {
  if (request.road === undefined || !usesKms(mode) || key === undefined) return
  const use = await orNothing(async () => kms.resolve(request, key))
  if (use !== undefined) await kms.authorizeTask(request, use)
}

async function keyNamedBy(
  kms: ObjectKeyService,
  request: KeyRequest,
  key: string | undefined,
): Promise<KeyUse | undefined> {
  if (key === undefined || ALIAS.test(key)) return undefined
  return orNothing(async () => {
    const use = await kms.resolve(request, key)
    // Nobody holds on to a key of another account that he may not use: it could never be deleted there.
    if (!isOwn(request, use.arn)) await kms.authorizeUse(request, use, 'GenerateDataKey', {})
    return use
  })
}

function isOwn({ caller }: KeyRequest, arn: string): boolean {
  return caller.kind !== 'anonymous' && arn.split(':')[4] === caller.account
}

async function referenced(
  kms: ObjectKeyService,
  use: KeyUse,
  referrer: { readonly kind: 'default'; readonly id: Uint8Array },
): Promise<Fragment | undefined> {
  return orNothing(async () => kms.reference(use, referrer))
}

async function orNothing<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof StoreFailure && NAMES_NO_KEY.has(error.failure.kind)) return undefined
    throw error
  }
}

function openUse(records: RecordSealer, rowKey: Uint8Array, value: Uint8Array): KeyUse {
  const parsed: unknown = JSON.parse(Buffer.from(records.open(rowKey, value).secret).toString('utf8'))
  if (typeof parsed === 'object' && parsed !== null && 'keyUid' in parsed && 'version' in parsed && 'arn' in parsed) {
    const { keyUid, version, arn } = parsed
    if (typeof keyUid === 'string' && typeof version === 'number' && typeof arn === 'string') {
      return { keyUid, version, arn }
    }
  }
  return refuse({ kind: 'integrity', what: 'default key' })
}
