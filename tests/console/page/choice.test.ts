import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  chosenOf,
  doubtAbout,
  draftOf,
  firstDraft,
  isFullArn,
  methodsOf,
  referenceOf,
  sameDraft,
} from '../../../console/src/encryption/choice.ts'
import { nameProblem } from '../../../console/src/buckets/name-rules.ts'
import { VOCABULARIES } from '../../../console/src/words/vocabulary.ts'

const ARN = 'arn:aws:kms:us-east-1:000000000001:key/3f2a0000-1111-4222-8333-444455556666'
const KEY = { id: '3f2a0000-1111-4222-8333-444455556666', arn: ARN, state: 'enabled', aliases: ['alias/mine'] }

test('OSS-11 OBSA-16 COS-06 the methods of each vendor’s page, in its order; S3 has no "none"', () => {
  assert.deepEqual(methodsOf('oss'), ['none', 'service', 'kms'])
  assert.deepEqual(methodsOf('obs'), ['none', 'kms', 'service'])
  assert.deepEqual(methodsOf('cos'), ['none', 'service', 'kms'])
  assert.deepEqual(methodsOf('s3'), ['service', 'kms', 'dsse'])
})

test('a new bucket starts encrypted in S3 and without a default elsewhere', () => {
  assert.deepEqual(
    VOCABULARIES.map((vocabulary) => chosenOf(firstDraft(vocabulary), vocabulary)?.mode),
    ['sse-s3', 'none', 'none', 'none'],
  )
})

test('OSS-19 the default key is no key: the rule names none; an own key has to be chosen first', () => {
  const kms = { ...firstDraft('oss'), method: 'kms' } as const
  assert.deepEqual(chosenOf(kms, 'oss'), { mode: 'sse-kms' })
  assert.equal(chosenOf({ ...kms, keyKind: 'own' }, 'oss'), undefined)
  assert.deepEqual(chosenOf({ ...kms, keyKind: 'own', key: KEY.id }, 'oss'), { mode: 'sse-kms', key: KEY.id })
})

test('S3-16 OSS-22 a picked key is saved as its ARN in S3 and as its id elsewhere', () => {
  assert.equal(referenceOf(KEY, 's3'), ARN)
  for (const vocabulary of ['oss', 'obs', 'cos'] as const) assert.equal(referenceOf(KEY, vocabulary), KEY.id)
})

test('what a bucket states is the draft that it would have been chosen by', () => {
  for (const vocabulary of VOCABULARIES) {
    for (const stated of [
      { mode: 'sse-kms', cipher: 'aes-256', key: KEY.id, bucketKey: false },
      { mode: 'sse-kms', cipher: 'aes-256', bucketKey: false },
      { mode: 'sse-s3', cipher: 'aes-256' },
    ] as const) {
      const draft = draftOf(stated, vocabulary)
      assert.equal(chosenOf(draft, vocabulary)?.mode, stated.mode)
      assert.ok(sameDraft(draft, draftOf(stated, vocabulary)))
    }
  }
})

test('S3-15 S3-18 typed text: what is doubtful about it, and what is a full ARN', () => {
  assert.equal(doubtAbout(ARN, [KEY]), undefined)
  assert.equal(doubtAbout('alias/mine', [KEY]), undefined)
  assert.equal(doubtAbout('alias/nobodys', [KEY]), 'keyCheckUnknown')
  assert.equal(doubtAbout(ARN, [{ ...KEY, state: 'disabled' }]), 'keyCheckDisabled')
  assert.equal(doubtAbout(ARN, [{ ...KEY, state: 'pending-deletion' }]), 'keyCheckPending')
  assert.equal(doubtAbout(ARN.replace('000000000001', '000000000002'), [KEY]), undefined)
  assert.ok(isFullArn(ARN))
  assert.ok(!isFullArn('alias/mine') && !isFullArn(KEY.id))
})

test('OSS-10 the names of buckets by each vendor’s rules', () => {
  assert.equal(nameProblem('my-data', 'oss'), undefined)
  assert.equal(nameProblem('My_data', 'oss'), 'nameCharacters')
  assert.equal(nameProblem('my.data', 'oss'), 'nameCharacters')
  assert.equal(nameProblem('my.data', 'obs'), undefined)
  assert.equal(nameProblem('ab', 'oss'), 'nameLength')
  assert.equal(nameProblem('a'.repeat(64), 's3'), 'nameLength')
  assert.equal(nameProblem('-data', 'oss'), 'nameEnds')
  assert.equal(nameProblem('10.0.0.1', 'obs'), 'nameAddress')
  assert.equal(nameProblem('data--x-s3', 's3'), 'nameDirectory')
})
