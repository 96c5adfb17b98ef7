import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VENDOR_WORDS as ENGLISH } from '../../../console/src/words/en/vendor-words.ts'
import { SENTENCES as ENGLISH_SENTENCES } from '../../../console/src/words/en/sentences.ts'
import { VENDOR_WORDS as CHINESE } from '../../../console/src/words/zh/vendor-words.ts'
import { SENTENCES as CHINESE_SENTENCES } from '../../../console/src/words/zh/sentences.ts'
import { vendorAction } from '../../../console/src/words/vendor-actions.ts'
import type { Concept, Vocabulary } from '../../../console/src/words/vocabulary.ts'
import { sourceFiles } from '../../source-tree.ts'

/** The words that a requirement page names, to the letter. */
const NAMED: readonly (readonly [
  row: string,
  vocabulary: Vocabulary,
  concept: Concept,
  english: string,
  chinese: string,
])[] = [
  ['OSS-08', 'oss', 'signIn', 'Log on', '登录'],
  ['OSS-09', 'oss', 'createBucket', 'Create Bucket', '创建 Bucket'],
  ['OSS-11', 'oss', 'encryptionInCreate', 'Server Encryption', '服务器端加密'],
  ['OSS-11', 'oss', 'none', 'None', '无'],
  ['OSS-11', 'oss', 'serviceKey', 'AES256', 'AES256'],
  ['OSS-11', 'oss', 'kms', 'KMS', 'KMS'],
  ['OSS-19', 'oss', 'defaultKey', 'alias/acs/oss', 'alias/acs/oss'],
  ['OSS-22', 'oss', 'ownKey', 'CMK ID', 'CMK ID'],
  ['OSS-35', 'oss', 'confirmCreate', 'OK', '确定'],
  ['OSS-39', 'oss', 'settingsPage', 'Basic Settings', '基础设置'],
  ['OSS-40', 'oss', 'encryptionArea', 'Server Encryption', '服务器端加密'],
  ['OSS-41', 'oss', 'configure', 'Configure', '设置'],
  ['OSS-47', 'oss', 'save', 'Save', '保存'],
  ['OBSA-07', 'obs', 'encryptionInCreate', 'Server-Side Encryption', '服务端加密'],
  ['OBSA-13', 'obs', 'none', 'Disable', '不开启加密'],
  ['OBSA-16', 'obs', 'kms', 'SSE-KMS', 'SSE-KMS'],
  ['OBSB-36', 'obs', 'bucketList', 'Bucket List', '桶列表'],
  ['OBSB-37', 'obs', 'overview', 'Overview', '概览'],
  ['OBSB-38', 'obs', 'objectsPage', 'Objects', '对象'],
  ['OBSB-39', 'obs', 'uploadButton', 'Upload Object', '上传对象'],
  ['OBSB-42', 'obs', 'encryptUpload', 'KMS encryption', 'KMS加密'],
  ['OBSB-45', 'obs', 'defaultKey', 'obs/default', 'obs/default'],
  ['OBSB-46', 'obs', 'createKey', 'Create KMS Key', '创建KMS密钥'],
  ['OBSB-49', 'obs', 'send', 'Upload', '上传'],
  ['OBSB-50', 'obs', 'encryptionOfObject', 'Encryption status', '加密状态'],
  ['OBSB-50', 'obs', 'encrypted', 'Encrypted', '已加密'],
  ['OBSB-50', 'obs', 'notEncrypted', 'Not encrypted', '未加密'],
  ['OBSB-13', 'obs', 'share', 'Share', '分享'],
  ['COS-06', 'cos', 'bucketList', 'Bucket List', '存储桶列表'],
  ['COS-06', 'cos', 'settingsPage', 'Security Management', '安全管理'],
  ['COS-06', 'cos', 'encryptionArea', 'Server-Side Encryption', '服务端加密'],
  ['COS-06', 'cos', 'serviceKey', 'SSE-COS', 'SSE-COS'],
  ['COS-06', 'cos', 'save', 'Save', '保存'],
  ['S3-16', 's3', 'kms', 'SSE-KMS', 'SSE-KMS'],
  ['S3-10', 's3', 'dsse', 'DSSE-KMS', 'DSSE-KMS'],
  ['S3-13', 's3', 'bucketKey', 'Bucket Key', '存储桶密钥'],
  ['S3-16', 's3', 'serviceKey', 'SSE-S3', 'SSE-S3'],
  ['S3-16', 's3', 'defaultKey', 'aws/s3', 'aws/s3'],
]

for (const [row, vocabulary, concept, english, chinese] of NAMED) {
  test(`${row} labels: ${vocabulary} says ${english} for ${concept}, and ${chinese}`, () => {
    assert.equal(ENGLISH[concept][vocabulary], english)
    assert.equal(CHINESE[concept][vocabulary], chinese)
  })
}

const pages = sourceFiles('console/src')
  .filter(({ path }) => !path.startsWith('console/src/words/'))
  .map(({ text }) => text)
  .join('\n')

test('labels: no sentence and no word is missing or unused', () => {
  assert.deepEqual(Object.keys(CHINESE_SENTENCES).sort(), Object.keys(ENGLISH_SENTENCES).sort())
  const ids = [...Object.keys(ENGLISH_SENTENCES), ...Object.keys(ENGLISH)]
  assert.deepEqual(
    ids.filter((id) => !pages.includes(`'${id}'`)),
    [],
  )
})

test('labels: both languages put in the same values', () => {
  const values = (text: string): readonly string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()
  const chinese: Readonly<Record<string, string>> = CHINESE_SENTENCES
  for (const [id, text] of Object.entries(ENGLISH_SENTENCES)) {
    assert.deepEqual(values(chinese[id] ?? ''), values(text), id)
  }
})

test('labels: no sentence begs or cheers, and Chinese sentences end in Chinese punctuation', () => {
  for (const [id, text] of Object.entries(ENGLISH_SENTENCES)) {
    assert.doesNotMatch(text, /!|\bplease\b|successfully/i, id)
  }
  for (const [id, text] of Object.entries(CHINESE_SENTENCES)) {
    assert.doesNotMatch(text, /[\u4e00-\u9fff][.,;:!?]/, id)
  }
})

test('OSS-54 OBSA-25 a missing right has the name that the vendor’s administrators write', () => {
  assert.equal(vendorAction('s3:GetEncryptionConfiguration', 'oss'), 'oss:GetBucketEncryption')
  assert.equal(vendorAction('s3:GetEncryptionConfiguration', 's3'), 's3:GetEncryptionConfiguration')
  assert.equal(vendorAction('s3:GetEncryptionConfiguration', 'cos'), 'name/cos:GetBucketEncryption')
  assert.equal(vendorAction('s3:GetEncryptionConfiguration', 'obs'), 'obs:bucket:GetEncryptionConfiguration')
  assert.equal(vendorAction('s3:GetObject', 'obs'), 'obs:object:GetObject')
  assert.equal(vendorAction('kms:ListKeys', 'obs'), 'kms:cmk:list')
  assert.equal(vendorAction('kms:ListKeys', 'oss'), 'kms:ListKeys')
})
