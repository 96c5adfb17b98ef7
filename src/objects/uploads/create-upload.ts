import { refuse, type CreateUpload, type OperationOf, type Results } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments } from '../../storage/index.ts'
import { uploadAbort } from '../lifecycle/bucket-lifecycle.ts'
import { listOfWrite } from '../buckets/access-lists.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { isCombinable } from '../bodies/crc-combine.ts'
import { encryptionOfWrite } from '../buckets/directory-buckets.ts'
import { lockOfWrite } from '../locks/lock-of-write.ts'
import { storageClassNumber } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { refuseSharedList } from '../buckets/lists-of-encrypted.ts'
import { counterWrites } from '../writing/place-version.ts'
import { accountCounter, u64, uploadKey } from '../rows/row-keys.ts'
import { sealUpload, uploadIdText, type UploadRecord } from '../rows/upload-record.ts'

/** Begins an upload: its mode, keys and properties are settled now, whatever the bucket's default becomes. */
export async function createUpload(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'create-upload'>,
): Promise<Results['create-upload']> {
  const bucket = bucketOf(permit)
  const { properties, checksum } = operation
  storageClassNumber(properties.storageClass)
  lockOfWrite(rooms, bucket, operation.lock)
  checkChecksum(checksum)
  const owned = listOfWrite(bucket, permit.caller, operation.acl)
  const limit = rooms.options.maxUploadsPerAccount
  if ((await rooms.store.sum(accountCounter(bucket.account, 'uploads'))) >= BigInt(limit)) {
    refuse({ kind: 'too-many-uploads', limit })
  }
  const sealId = randomBytes(16)
  const keys = await rooms.encryption.beginWrite(
    scopeOf(permit, bucket, operation.key, sealId),
    encryptionOfWrite(permit, bucket, operation.encryption),
  )
  try {
    refuseSharedList(permit, keys.mode, owned.acl, bucket.account)
    const startedMs = rooms.now()
    const upload: UploadRecord = {
      startedMs,
      storageClass: properties.storageClass,
      mode: keys.mode,
      sealId,
      properties,
      encryption: keys.stored('streams'),
      state: { kind: 'open' },
      owned,
      ...(checksum === undefined ? {} : { checksum }),
      ...(operation.lock === undefined ? {} : { lock: operation.lock }),
    }
    // Uploads of a name are listed in the order in which they were begun.
    const uploadId = Buffer.concat([u64(startedMs * 1000), randomBytes(16)])
    return await commitDeciding(rooms, permit, 'create-upload', async (current) => {
      const target = bucketOf(current)
      const key = uploadKey(target.uuid, operation.key, uploadId)
      const own = {
        checks: [{ kind: 'absent', key } as const],
        writes: [
          { kind: 'put', key, value: sealUpload(rooms.records, key, upload) } as const,
          ...counterWrites(target, { uploads: 1 }),
        ],
      }
      const result = {
        uploadId: uploadIdText(uploadId),
        encryption: keys.shown,
        ...(await uploadAbort(rooms, target, operation.key, startedMs)),
        ...(checksum === undefined ? {} : { checksum }),
      }
      return { fragment: joinFragments(own, await keys.reference('upload')), result }
    })
  } finally {
    keys.dispose()
  }
}

/** A full-object value has to be made from those of the parts; CRC64NVME is never composite. */
function checkChecksum(checksum: CreateUpload['checksum']): void {
  if (checksum === undefined) return
  const { algorithm, type } = checksum
  const fits = type === 'full-object' ? isCombinable(algorithm) : algorithm !== 'crc64nvme'
  if (!fits) refuse({ kind: 'invalid-request', detail: `the checksum type does not go with ${algorithm}` })
}
