import {
  refuse,
  type AccountId,
  type BucketEncryption,
  type OperationOf,
  type Results,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { demandListAllowed, givesToOthers, listsCount, listWanted } from './access-lists.ts'
import { initialEncryption } from './bucket-encryption.ts'
import { directoryRule } from './directory-buckets.ts'
import type { BucketRecord, DirectoryBucket } from '../rows/bucket-record.ts'
import { openBucket, sealBucket } from '../rows/bucket-rows.ts'
import { accountOf } from './change-bucket.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { changeGuard } from './guards.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { accountCounter, bucketKey, ownedKey } from '../rows/row-keys.ts'

/** Makes a bucket of the caller's account. Its default encryption is SSE-S3, unless the operation names another. */
export async function createBucket(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'create-bucket'>,
): Promise<Results['create-bucket']> {
  const account = accountOf(permit.caller)
  const region = operation.location ?? rooms.region
  if (!rooms.options.regions.includes(region)) refuse({ kind: 'invalid-location', location: region })
  const key = bucketKey(operation.bucket)
  if (operation.checksKey === true && operation.encryption !== undefined) {
    const request = { caller: permit.caller, requestId: permit.requestId }
    await rooms.encryption.checkDefaultKey(request, operation.bucket, operation.encryption)
  }
  const directory = await directoryOf(rooms, permit, operation)
  return commitDeciding(rooms, permit, 'create-bucket', async () => {
    const [row] = await rooms.store.getMany([key])
    if (row !== undefined) {
      const existing = openBucket(rooms, row)
      const owned = existing.account === account
      const fine = owned && operation.againIsFine === true && existing.region === region
      if (!fine) refuse({ kind: 'bucket-exists', bucket: operation.bucket, owned })
      return { result: { location: `/${operation.bucket}` } }
    }
    const limit = rooms.options.maxBucketsPerAccount
    if ((await rooms.store.sum(accountCounter(account, 'buckets'))) >= BigInt(limit)) {
      refuse({ kind: 'too-many-buckets', limit })
    }
    const bucket: BucketRecord = {
      name: operation.bucket,
      uuid: randomBytes(16),
      account,
      region,
      createdMs: rooms.now(),
      versioning: operation.objectLock === true ? 'enabled' : 'unversioned',
      encryption: encryptionOf(rooms, { ...operation, ...directory.encryption }),
      ...(directory.record === undefined ? {} : { directory: directory.record }),
      ...(operation.objectLock === true ? { objectLock: {} } : {}),
      ...accessOf(account, operation),
    }
    const own: Fragment = {
      checks: [{ kind: 'absent', key } as const],
      writes: [
        { kind: 'put', key, value: sealBucket(rooms.records, bucket) } as const,
        { kind: 'put', key: ownedKey(account, bucket.name), value: Buffer.alloc(0) } as const,
        { kind: 'add', counter: accountCounter(account, 'buckets'), delta: 1n } as const,
        changeGuard(account),
      ],
    }
    const request = { caller: permit.caller, requestId: permit.requestId }
    const before = initialEncryption(bucket.encryption)
    const held = await rooms.encryption.changeDefault(request, bucket.uuid, before, bucket.encryption)
    return { fragment: joinFragments(own, held), result: { location: `/${operation.bucket}` } }
  })
}

/** Of a directory bucket: where it lies, and the default and the key that it begins with. */
async function directoryOf(
  rooms: ObjectRooms,
  permit: Permit,
  { bucket, directory, encryption }: OperationOf<'create-bucket'>,
): Promise<{
  readonly record?: DirectoryBucket
  readonly encryption?: Pick<OperationOf<'create-bucket'>, 'encryption'>
}> {
  if (directory === undefined) return {}
  const record = { ...directory, ...madeBy(permit) }
  if (encryption === undefined) return { record }
  const { rule, key } = await directoryRule(rooms, permit, bucket, encryption)
  return { record: { ...record, ...(key === undefined ? {} : { key }) }, encryption: { encryption: rule } }
}

/** The default that a new bucket begins with. What a client asked for by name counts as set by somebody. */
function encryptionOf(
  { options }: Pick<ObjectRooms, 'options'>,
  { encryption }: OperationOf<'create-bucket'>,
): BucketEncryption {
  const blocked = options.blockCustomerKeys ? { blocked: 'sse-c' as const } : {}
  const rule = encryption ?? { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false }
  return { ...rule, explicit: encryption !== undefined && encryption.mode !== 'none', ...blocked }
}

/**
 * Whose objects are and the list that it begins with. Where lists count from the start because the vendor has it so, nothing
 * is blocked either, as the vendor has it; nothing becomes public by that alone.
 */
function accessOf(
  account: AccountId,
  { bucket: name, ownership, acl: request }: OperationOf<'create-bucket'>,
): Pick<BucketRecord, 'ownership' | 'acl' | 'publicAccess'> {
  const begun = {
    ...(ownership === undefined ? {} : { ownership }),
    ...(ownership === 'bucket-owner' ? { publicAccess: 'none' as const } : {}),
  }
  const acl = request && listWanted(request, { on: 'bucket', owner: account, bucketOwner: account })
  if (acl === undefined) return begun
  if (!listsCount(begun) && givesToOthers(acl, account)) refuse({ kind: 'acl-with-ownership', bucket: name })
  demandListAllowed({ name, account, ...begun }, acl)
  return listsCount(begun) ? { ...begun, acl } : begun
}

/** A client asks for its session before the bucket is there, makes the bucket with it, and keeps it. */
function madeBy({ caller }: Permit): { readonly madeBy?: string } {
  const session = 'session' in caller ? caller.session : undefined
  return session?.directory === undefined ? {} : { madeBy: session.tokenId }
}
