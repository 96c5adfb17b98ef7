import assert from 'node:assert/strict'
import { join } from 'node:path'
import { CreateBucketCommand, ListObjectsV2Command, PutBucketEncryptionCommand } from '@aws-sdk/client-s3'
import { changeTree, clientRound, done, makeTree, sameTrees, shownOf } from './client-bench.ts'

/** It asks for no encryption of ours: the bucket's default decides. */
clientRound('restic', ['version'], async (bench, t) => {
  const rules = {
    AES256: { SSEAlgorithm: 'AES256' },
    'aws:kms': { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: bench.keyArn },
  } as const
  for (const [mode, rule] of Object.entries(rules)) {
    await t.test(mode, async () => {
      const Bucket = `restic-${mode.replace(/[^a-z]/gi, '').toLowerCase()}`
      await bench.s3.send(new CreateBucketCommand({ Bucket }))
      const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: rule }] }
      await bench.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
      const env = { RESTIC_REPOSITORY: `s3:${bench.endpoint}/${Bucket}/backups`, RESTIC_PASSWORD: 'correct horse' }
      const restic = async (...words: readonly string[]): Promise<string> =>
        done(await bench.program('restic', env, '--cacert', bench.ca, '--no-cache', ...words))
      const tree = makeTree(bench, `tree-${Bucket}`)
      await restic('init')
      await restic('backup', tree)
      changeTree(tree)
      // What is there already is not sent again: this is how it goes on after an interruption, too.
      assert.match(await restic('backup', tree), /Files:\s+2 new|Files:\s+1 new/)
      await restic('check', '--read-data')
      await restic('restore', 'latest', '--target', join(bench.home, `back-${Bucket}`))
      sameTrees(tree, join(bench.home, `back-${Bucket}`, tree))
      await restic('forget', '--keep-last', '1', '--prune')
      await restic('check')
      const { Contents = [] } = await bench.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'backups/data/' }))
      assert.ok(Contents.length > 0)
      for (const { Key } of Contents) assert.equal((await shownOf(bench, Bucket, Key ?? '')).mode, mode)
    })
  }
})
