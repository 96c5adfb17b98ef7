import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'

/** Everyday work, in both modes that this client knows. */
clientRound('s3cmd', ['--version'], async (bench, t) => {
  const config = join(bench.home, 's3cfg')
  const lines = [
    '[default]',
    `access_key = ${ACCESS_KEY}`,
    `secret_key = ${SECRET_KEY}`,
    `bucket_location = ${REGION}`,
    `host_base = ${bench.host}`,
    `host_bucket = ${bench.host}`,
    `ca_certs_file = ${bench.ca}`,
    'use_https = True',
    'multipart_chunk_size_mb = 8',
    'max_retries = 1',
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  const tree = makeTree(bench)
  const modes = {
    AES256: ['--server-side-encryption'],
    'aws:kms': ['--server-side-encryption', `--server-side-encryption-kms-id=${bench.keyArn}`],
  }
  for (const [mode, wish] of Object.entries(modes)) await t.test(mode, () => round(bench, tree, mode, wish))
})

async function round(bench: ClientBench, first: string, mode: string, wish: readonly string[]): Promise<void> {
  const bucket = `s3cmd-${mode.replace(/[^a-z]/gi, '').toLowerCase()}`
  const s3cmd = async (...words: readonly string[]): Promise<string> =>
    done(await bench.program('s3cmd', {}, '-c', join(bench.home, 's3cfg'), '--no-progress', ...words))
  const at = `s3://${bucket}/tree/`
  await s3cmd('mb', `s3://${bucket}`)
  assert.match(await s3cmd('ls'), new RegExp(`s3://${bucket}\\b`))
  await s3cmd('sync', ...wish, `${first}/`, at)
  const shown = await shownOf(bench, bucket, `tree/${LARGE_FILE}`)
  assert.deepEqual([shown.mode, shown.parts], [mode, 3])
  if (mode === 'aws:kms') assert.equal(shown.keyArn, bench.keyArn)
  const second = join(bench.home, `second-${bucket}`)
  mkdirSync(second)
  await s3cmd('sync', at, `${second}/`)
  sameTrees(first, second)

  // A download that broke off goes on where it was, by a range.
  const large = readFileSync(join(first, LARGE_FILE))
  const half = join(bench.home, `half-${bucket}`)
  writeFileSync(half, large.subarray(0, 9_000_001))
  await s3cmd('get', '--continue', `${at}${LARGE_FILE}`, half)
  assert.ok(readFileSync(half).equals(large))

  changeTree(second)
  await s3cmd('sync', ...wish, '--delete-removed', `${second}/`, at)
  const listed = await s3cmd('ls', '-r', at)
  assert.match(listed, /tree\/new\.txt/)
  assert.doesNotMatch(listed, /two\.bin/)
  await s3cmd('cp', ...wish, `${at}one.txt`, `s3://${bucket}/copy.txt`)
  await s3cmd('mv', ...wish, `s3://${bucket}/copy.txt`, `s3://${bucket}/moved.txt`)
  const moved = join(bench.home, `moved-${bucket}`)
  await s3cmd('get', `s3://${bucket}/moved.txt`, moved)
  assert.equal(readFileSync(moved, 'utf8'), 'longer than it was'.repeat(100))
  assert.match(await s3cmd('info', `s3://${bucket}/moved.txt`), new RegExp(`SSE:\\s+${mode}`))
  await s3cmd('del', '-r', '-f', at)
  await s3cmd('rb', '-r', '-f', `s3://${bucket}`)
}
