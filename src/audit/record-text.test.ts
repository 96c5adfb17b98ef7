import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanRecord } from './audit-fields.ts'
import type { AuditRecord } from './audit-record.ts'
import { readLine, recordLine } from './audit-rows.ts'
import { recordText } from './record-text.ts'

const PLAIN: AuditRecord = {
  ...{ timeMs: 1_795_000_000_000, requestId: 'R1', action: 'kms:Decrypt', resource: 'arn:aws:kms:::key/1' },
  ...{ caller: 'arn:aws:iam::000000000001:root', outcome: 'refused', failure: 'access-denied', message: 'no' },
  identity: { type: 'Root', principalId: '000000000001', accountId: '000000000001', accessKeyId: 'CFR' },
  ...{ sourceAddress: '::1', userAgent: 'aws-cli/2', tlsHost: 'a:9000', dialect: 'kms', operation: 'decrypt' },
  ...{ decision: 'no-opinion', owner: '000000000002', detail: { encryptionContext: '{"a":"b"}', keyVersion: '3' } },
}
const LONG = 'x'.repeat(20_000)
const HOSTILE = 'a"b\\c\nd\u2028e\ud800f語😀'

const RECORDS: Readonly<Record<string, AuditRecord>> = {
  plain: PLAIN,
  bare: { ...{ timeMs: 0, requestId: '', action: '', resource: '', caller: '', outcome: 'done' } },
  policies: { ...PLAIN, policies: ['reader#0', HOSTILE] },
  session: {
    ...PLAIN,
    identity: {
      ...{ type: 'AssumedRole', userName: HOSTILE },
      session: {
        ...{ issuerArn: 'arn', issuerId: 'AROA', issuerAccount: '1', issuerName: 'r', createdMs: 5, mfa: false },
      },
    },
  },
  server: { ...PLAIN, identity: { type: 'AWSService', invokedBy: 'coffer' } },
  'no details': { ...PLAIN, detail: {} },
  'a name that is not listed': { ...PLAIN, detail: { secret: 'x', keyVersion: '1' } },
  'too many details': {
    ...PLAIN,
    detail: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`n${index}`, 'x'])),
  },
  hostile: {
    ...{ ...PLAIN, requestId: HOSTILE, action: HOSTILE, resource: HOSTILE, caller: HOSTILE, failure: HOSTILE },
    ...{ message: HOSTILE, userAgent: HOSTILE, detail: { encryptionContext: HOSTILE, alias: HOSTILE } },
  },
  long: {
    ...{ ...PLAIN, requestId: LONG, resource: LONG, failure: LONG, message: LONG, userAgent: LONG, owner: LONG },
    ...{ operation: LONG, detail: { encryptionContext: LONG, sourceEncryptionContext: LONG, alias: LONG } },
  },
}

for (const [name, record] of Object.entries(RECORDS)) {
  test(`the quick line of a record is the line of the clean record: ${name}`, () => {
    const line = recordText(record, 'id-1')
    assert.equal(line, recordLine({ ...cleanRecord(record), id: 'id-1' }))
    assert.deepEqual(readLine(line), { ...cleanRecord(record), id: 'id-1' })
  })
}
