import * as s3 from '@aws-sdk/client-s3'
import type { Operation } from '../../src/operations/index.ts'
import { sendBucket } from './send-buckets.ts'
import { sendChange } from './send-changes.ts'
import { sendListing, sendVersions } from './send-listings.ts'
import { sendRead, type Sent } from './send-reads.ts'
import { sendWrite } from './send-writes.ts'
import { targetInput } from './wire-fields.ts'

/*
 * Operations as the official client sends them, and its answers as the results of operations. Only what the model
 * compares is read.
 */

/** Sends one operation. Throws `S3ServiceException` where it is refused. */
export async function sendRequest(
  client: s3.S3Client,
  server: { readonly endpoint: string },
  operation: Operation,
  body: Buffer | undefined,
  nowMs: number,
): Promise<Sent> {
  switch (operation.kind) {
    case 'get-object':
    case 'head-object':
      return sendRead(client, operation)
    case 'put-object':
    case 'copy-object':
    case 'create-upload':
    case 'upload-part':
    case 'upload-part-copy':
    case 'complete-upload':
      return { result: await sendWrite(client, operation, body) }
    case 'abort-upload':
      await client.send(new s3.AbortMultipartUploadCommand({ ...targetInput(operation), UploadId: operation.uploadId }))
      return { result: undefined }
    case 'list-objects':
    case 'list-uploads':
    case 'list-parts':
    case 'list-buckets':
      return { result: await sendListing(client, operation) }
    case 'list-object-versions':
      return { result: await sendVersions(server, operation, nowMs) }
    case 'delete-object':
    case 'delete-objects':
    case 'get-object-tagging':
    case 'put-object-tagging':
    case 'delete-object-tagging':
    case 'get-object-attributes':
    case 'update-object-encryption':
      return { result: await sendChange(client, operation) }
    default:
      return { result: await sendBucket(client, operation) }
  }
}
