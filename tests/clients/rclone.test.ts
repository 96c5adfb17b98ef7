import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { bodyOf } from '../independent-reader/written-objects.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'
import {
  changeTree,
  clientRound,
  done,
  LARGE_FILE,
  makeTree,
  sameTrees,
  shownOf,
  type ClientBench,
} from './client-bench.ts'

const CUSTOMER_KEY = bodyOf('a customer key', 32)
const PARTS = ['--s3-upload-cutoff', '8Mi', '--s3-chunk-size', '8Mi', '--retries', '1', '--low-level-retries', '1']

/** Everyday work, in every mode that this client knows. */
clientRound('rclone', ['version'], async (bench, t) => {
  const modes = {
    AES256: { RCLONE_CONFIG_C_SERVER_SIDE_ENCRYPTION: 'AES256' },
    'aws:kms': {
      RCLONE_CONFIG_C_SERVER_SIDE_ENCRYPTION: 'aws:kms',
      RCLONE_CONFIG_C_SSE_KMS_KEY_ID: bench.keyArn,
    },
    customer: {
      RCLONE_CONFIG_C_SSE_CUSTOMER_ALGORITHM: 'AES256',
      // This version takes the key as text: 32 characters.
      RCLONE_CONFIG_C_SSE_CUSTOMER_KEY: CUSTOMER_KEY.toString('hex').slice(0, 32),
    },
  }
  const tree = makeTree(bench)
  for (const [mode, settings] of Object.entries(modes)) {
    await t.test(mode, () => round(bench, tree, mode, settings))
  }
})

async function round(
  bench: ClientBench,
  first: string,
  mode: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const bucket = `rclone-${mode.replace(/[^a-z]/gi, '').toLowerCase()}`
  const place = `c:${bucket}/tree`
  const env = {
    RCLONE_CONFIG: join(bench.home, 'rclone.conf'),
    ...{ RCLONE_CONFIG_C_TYPE: 's3', RCLONE_CONFIG_C_PROVIDER: 'Other', RCLONE_CONFIG_C_ENDPOINT: bench.endpoint },
    ...{ RCLONE_CONFIG_C_ACCESS_KEY_ID: ACCESS_KEY, RCLONE_CONFIG_C_SECRET_ACCESS_KEY: SECRET_KEY },
    RCLONE_CONFIG_C_REGION: REGION,
    ...settings,
  }
  const rclone = async (...words: readonly string[]): Promise<string> =>
    done(await bench.program('rclone', env, ...words, '--ca-cert', bench.ca, ...PARTS))
  await bench.s3.send(new CreateBucketCommand({ Bucket: bucket }))
  await rclone('sync', first, place)
  const customer = mode === 'customer' ? Buffer.from(CUSTOMER_KEY.toString('hex').slice(0, 32), 'latin1') : undefined
  const shown = await shownOf(bench, bucket, `tree/${LARGE_FILE}`, customer)
  assert.deepEqual([shown.mode, shown.parts], [mode, 3])
  if (mode === 'aws:kms') assert.equal(shown.keyArn, bench.keyArn)
  await rclone('check', first, place, '--download')
  const large = readFileSync(join(first, LARGE_FILE))
  const piece = await rclone('cat', `${place}/${LARGE_FILE}`, '--offset', '9000000', '--count', '1000')
  assert.equal(piece, large.subarray(9_000_000, 9_001_000).toString('utf8'))

  // A second tree over it: what changed is sent, what is gone is deleted.
  const second = join(bench.home, `second-${bucket}`)
  mkdirSync(second)
  await rclone('copy', place, second)
  sameTrees(first, second)
  changeTree(second)
  await rclone('sync', second, place)
  const names = (await rclone('lsf', '-R', '--files-only', place)).trim().split('\n')
  assert.ok(names.includes('new.txt') && !names.includes('deep/er/two.bin'), names.join())
  await rclone('check', second, place, '--download')
  await rclone('copyto', `${place}/one.txt`, `c:${bucket}/moved/one copy.txt`)
  assert.equal(await rclone('cat', `c:${bucket}/moved/one copy.txt`), 'longer than it was'.repeat(100))
  await rclone('purge', `c:${bucket}`)
  assert.doesNotMatch(await rclone('lsd', 'c:'), new RegExp(bucket))
}
