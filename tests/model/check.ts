import assert from 'node:assert/strict'
import type { Outcome, Request } from './outcome.ts'
import { checkAppend, checkRename } from './reference-beyond.ts'
import { checkBucket } from './reference-buckets.ts'
import { checkList, checkListBuckets, checkListUploads, checkListVersions } from './reference-listings.ts'
import { checkAttributes, checkGetTags, checkRead } from './reference-reads.ts'
import {
  checkAbort,
  checkComplete,
  checkCreateUpload,
  checkListParts,
  checkUploadPart,
  checkUploadPartCopy,
} from './reference-uploads.ts'
import {
  checkChangeTags,
  checkCopy,
  checkDelete,
  checkDeleteMany,
  checkPut,
  checkUpdateEncryption,
} from './reference-writes.ts'
import { checkBytes } from './reference-bytes.ts'
import type { Judge } from './reference.ts'

/** Judges one outcome by the rules of S3, and does to the reference what was done. Throws where they disagree. */
export async function check(judge: Judge, request: Request, outcome: Outcome): Promise<void> {
  const { operation, body = Buffer.alloc(0) } = request
  switch (operation.kind) {
    case 'put-object':
      return checkPut(judge, operation, body, outcome)
    case 'append-object':
      checkAppend(judge, operation, body, outcome)
      return
    case 'modify-object':
    case 'truncate-object':
      return checkBytes(judge, operation, body, outcome)
    case 'rename-object':
      checkRename(judge, operation, outcome)
      return
    case 'get-object':
    case 'head-object':
      checkRead(judge, operation, outcome)
      return
    case 'delete-object':
      checkDelete(judge, operation, outcome)
      return
    case 'delete-objects':
      checkDeleteMany(judge, operation, outcome)
      return
    case 'copy-object':
      return checkCopy(judge, operation, outcome)
    case 'get-object-tagging':
      checkGetTags(judge, operation, outcome)
      return
    case 'put-object-tagging':
    case 'delete-object-tagging':
      checkChangeTags(judge, operation, outcome)
      return
    case 'get-object-attributes':
      checkAttributes(judge, operation, outcome)
      return
    case 'update-object-encryption':
      checkUpdateEncryption(judge, operation, outcome)
      return
    case 'create-upload':
      checkCreateUpload(judge, operation, outcome)
      return
    case 'upload-part':
      return checkUploadPart(judge, operation, body, outcome)
    case 'upload-part-copy':
      return checkUploadPartCopy(judge, operation, outcome)
    case 'complete-upload':
      return checkComplete(judge, operation, outcome)
    case 'abort-upload':
      checkAbort(judge, operation, outcome)
      return
    case 'list-parts':
      checkListParts(judge, operation, outcome)
      return
    case 'list-objects':
      checkList(judge, operation, outcome)
      return
    case 'list-object-versions':
      checkListVersions(judge, operation, outcome)
      return
    case 'list-uploads':
      checkListUploads(judge, operation, outcome)
      return
    case 'list-buckets':
      checkListBuckets(judge, operation, outcome)
      return
    case 'create-bucket':
    case 'delete-bucket':
    case 'head-bucket':
    case 'get-bucket-versioning':
    case 'put-bucket-versioning':
    case 'get-bucket-encryption':
    case 'put-bucket-encryption':
    case 'delete-bucket-encryption':
      checkBucket(judge, operation, outcome)
      return
    default:
      assert.fail(`the reference does not know ${operation.kind}`)
  }
}
