import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanRecord } from './audit-fields.ts'
import type { AuditRecord } from './audit-record.ts'
import { cloudTrailEvent } from './cloudtrail.ts'

const PLACE = { region: 'us-east-1', account: '000000000001' }
const KEY = 'arn:aws:kms:eu-1:000000000002:key/3f2a'
const USE: AuditRecord = {
  ...{ timeMs: Date.UTC(2026, 10, 20, 14, 2, 11, 250), requestId: 'R1', action: 'kms:Decrypt', resource: KEY },
  ...{ caller: 'arn:aws:sts::000000000001:assumed-role/reader/eve', outcome: 'refused', failure: 'access-denied' },
  ...{ message: 'no statement allows it', id: 'e-1', owner: '000000000002' },
  identity: {
    ...{ type: 'AssumedRole', principalId: 'AROA1:eve', accountId: '000000000001', accessKeyId: 'ASIA1' },
    session: {
      ...{ issuerArn: 'arn:aws:iam::000000000001:role/reader', issuerId: 'AROA1', issuerAccount: '000000000001' },
      ...{ issuerName: 'reader', createdMs: Date.UTC(2026, 10, 20, 13), mfa: true },
    },
  },
  detail: { encryptionContext: '{"a":"x\\"y"}', keyVersion: '2', via: 's3' },
}

test('OBSA-40 a refused use of a foreign key through S3, in the names of CloudTrail', () => {
  assert.deepEqual(cloudTrailEvent(cleanRecord(USE), PLACE), {
    eventVersion: '1.11',
    userIdentity: {
      ...{ type: 'AssumedRole', principalId: 'AROA1:eve', arn: USE.caller, accountId: '000000000001' },
      accessKeyId: 'ASIA1',
      sessionContext: {
        sessionIssuer: {
          ...{ type: 'Role', principalId: 'AROA1', arn: 'arn:aws:iam::000000000001:role/reader' },
          ...{ accountId: '000000000001', userName: 'reader' },
        },
        attributes: { creationDate: '2026-11-20T13:00:00Z', mfaAuthenticated: 'true' },
      },
      invokedBy: 's3.amazonaws.com',
    },
    ...{ eventTime: '2026-11-20T14:02:11Z', eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', awsRegion: 'eu-1' },
    ...{ sourceIPAddress: 's3.amazonaws.com', userAgent: 's3.amazonaws.com' },
    ...{ errorCode: 'AccessDenied', errorMessage: 'no statement allows it' },
    requestParameters: { keyId: KEY, encryptionContext: { a: 'x"y' } },
    responseElements: null,
    additionalEventData: { keyVersion: '2' },
    ...{ requestID: 'R1', readOnly: true },
    resources: [{ ARN: KEY, accountId: '000000000002', type: 'AWS::KMS::Key' }],
    ...{ eventType: 'AwsApiCall', managementEvent: true, recipientAccountId: '000000000002' },
    eventCategory: 'Management',
    coffer: { outcome: 'refused', action: 'kms:Decrypt' },
  })
})

/** action, operation, source, name, readOnly, category. */
const NAMES: readonly (readonly [string, string | undefined, string, string, boolean, string])[] = [
  ['s3:PutEncryptionConfiguration', 'delete-bucket-encryption', 's3', 'DeleteBucketEncryption', false, 'Management'],
  ['s3:ListAllMyBuckets', 'list-buckets', 's3', 'ListBuckets', true, 'Management'],
  ['s3:PutObject', 'put-object', 's3', 'PutObject', false, 'Data'],
  ['s3:PutObject', 'create-upload', 's3', 'CreateMultipartUpload', false, 'Data'],
  ['s3:GetObjectVersion', 'get-object', 's3', 'GetObject', true, 'Data'],
  ['kms:GenerateDataKey', undefined, 'kms', 'GenerateDataKey', true, 'Management'],
  ['kms:ScheduleKeyDeletion', undefined, 'kms', 'ScheduleKeyDeletion', false, 'Management'],
  ['iam:CreateUser', undefined, 'iam', 'CreateUser', false, 'Management'],
]

for (const [action, operation, source, name, readOnly, category] of NAMES) {
  test(`${action}${operation === undefined ? '' : ` (${operation})`} is ${source} ${name}`, () => {
    const event = cloudTrailEvent({ ...USE, action, ...(operation === undefined ? {} : { operation }) }, PLACE)
    const { eventSource, eventName, readOnly: reads, eventCategory } = event
    assert.deepEqual(
      [eventSource, eventName, reads, eventCategory],
      [`${source}.amazonaws.com`, name, readOnly, category],
    )
  })
}

test('what the server does by itself is a service event of coffer', () => {
  const own: AuditRecord = {
    ...{ timeMs: 0, requestId: 'coffer', action: 'coffer:RotateClusterKey', caller: 'coffer', outcome: 'done' },
    ...{ resource: 'arn:aws:coffer:::cluster-key', identity: { type: 'AWSService', invokedBy: 'coffer' } },
  }
  const { eventSource, eventType, recipientAccountId, userIdentity, requestParameters } = cloudTrailEvent(own, PLACE)
  assert.deepEqual([eventSource, eventType, recipientAccountId], ['coffer.admin', 'AwsServiceEvent', '000000000001'])
  assert.deepEqual(userIdentity, { type: 'AWSService', invokedBy: 'coffer' })
  assert.equal(requestParameters, null)
})

test('a change tells its parameters and what came of it', () => {
  const change: AuditRecord = {
    ...{ timeMs: 0, requestId: 'R', action: 'kms:ScheduleKeyDeletion', resource: KEY, caller: 'arn', outcome: 'done' },
    detail: { pendingDays: '7', deletionDate: '2026-11-27T14:00:00.000Z' },
  }
  const { requestParameters, responseElements } = cloudTrailEvent(change, PLACE)
  assert.deepEqual(requestParameters, { keyId: KEY, pendingWindowInDays: 7 })
  assert.deepEqual(responseElements, { deletionDate: '2026-11-27T14:00:00.000Z' })
})
