import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { member } from '../cli/coffer-command.ts'
import { bodyOf } from '../independent-reader/written-objects.ts'
import { awsOf, type Aws } from './aws-command.ts'
import { api, done, fileOf, type Bench } from './cli-bench.ts'

const LARGE_BYTES = 20 * 1024 * 1024
const LARGE_PARTS = 3
/** Below 8 MiB the CLI sends one request, from there on parts. */
const STREAMED_BYTES = 9 * 1024 * 1024

export async function listsBuckets(bench: Bench): Promise<void> {
  assert.match(done(await bench.aws('s3', 'ls')), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d work$/m)
  assert.equal(member(done(await bench.aws('s3api', 'list-buckets')), 'Buckets', 0, 'Name'), 'work')
}

export async function copiesSmall(bench: Bench): Promise<void> {
  const { path, bytes } = fileOf(bench, 'small.bin', 1_000)
  done(await bench.aws('s3', 'cp', path, 's3://work/folder/small.bin'))
  assert.match(done(await bench.aws('s3', 'ls', 's3://work/folder/')), / 1000 small\.bin$/m)
  assert.match(done(await bench.aws('s3', 'ls', 's3://work')), /PRE folder\//)
  done(await bench.aws('s3', 'cp', 's3://work/folder/small.bin', 'back.bin'))
  assert.ok(readFileSync(join(bench.home, 'back.bin')).equals(bytes))
}

export async function copiesLarge(bench: Bench): Promise<void> {
  const { path, bytes } = fileOf(bench, 'large.bin', LARGE_BYTES)
  const from = bench.proxy.seen.length
  done(await bench.aws('s3', 'cp', path, 's3://work/large.bin'))
  const sent = bench.proxy.seen.slice(from)
  assert.equal(
    sent.filter(({ method, target }) => method === 'PUT' && target.includes('partNumber=')).length,
    LARGE_PARTS,
  )
  const head = await api(bench, 'head-object', '--key', 'large.bin')
  assert.match(String(member(head, 'ETag')), new RegExp(`-${LARGE_PARTS}"$`))
  assert.equal(member(head, 'ContentLength'), LARGE_BYTES)
  const before = bench.proxy.seen.length
  done(await bench.aws('s3', 'cp', 's3://work/large.bin', 'large-back.bin'))
  const read = bench.proxy.seen.slice(before).filter(({ headers }) => headers.range !== undefined)
  assert.ok(read.length >= 2, 'a large object is read in ranges')
  assert.ok(readFileSync(join(bench.home, 'large-back.bin')).equals(bytes))
}

export async function copiesStreams(bench: Bench): Promise<void> {
  const text = bodyOf('text', 3_000).toString('hex')
  const streaming = (input: Uint8Array): Aws => awsOf(bench.cli, bench.proxy.endpoint, bench.home, input)
  done(await streaming(Buffer.from(text))('s3', 'cp', '-', 's3://work/streamed.txt'))
  assert.equal(done(await bench.aws('s3', 'cp', 's3://work/streamed.txt', '-')), text)
  const large = bodyOf('streamed', STREAMED_BYTES)
  done(await streaming(large)('s3', 'cp', '-', 's3://work/streamed.bin'))
  done(await bench.aws('s3', 'cp', 's3://work/streamed.bin', 'streamed.bin'))
  assert.ok(readFileSync(join(bench.home, 'streamed.bin')).equals(large))
}

export async function movesAndRemoves(bench: Bench): Promise<void> {
  const { path, bytes } = fileOf(bench, 'moving.bin', 70_000)
  done(await bench.aws('s3', 'mv', path, 's3://work/moved/a b+ü.bin'))
  assert.equal(readdirSync(bench.home).includes('moving.bin'), false)
  done(await bench.aws('s3', 'mv', 's3://work/moved/a b+ü.bin', 's3://work/moved/second.bin'))
  assert.doesNotMatch(done(await bench.aws('s3', 'ls', 's3://work/moved/')), /a b/)
  done(await bench.aws('s3', 'cp', 's3://work/moved/second.bin', 'second.bin'))
  assert.ok(readFileSync(join(bench.home, 'second.bin')).equals(bytes))
  done(await bench.aws('s3', 'rm', 's3://work/moved/second.bin'))
  assert.equal((await bench.aws('s3', 'ls', 's3://work/moved/')).code, 1)
}

export async function syncsFolder(bench: Bench): Promise<void> {
  const folder = join(bench.home, 'tree')
  const files = ['one.txt', 'deep/er/two.bin', 'Größe/тест 試験 %2F+&=.txt', 'empty']
  for (const [index, name] of files.entries()) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), bodyOf(name, name === 'empty' ? 0 : 1_000 * (index + 1)))
  }
  const sync = async (): Promise<readonly string[]> =>
    done(await bench.aws('s3', 'sync', 'tree', 's3://work/tree', '--delete', '--no-progress'))
      .split('\n')
      .filter((line) => line !== '')
  assert.equal((await sync()).length, files.length)
  assert.deepEqual(await sync(), [])
  writeFileSync(join(folder, 'one.txt'), 'longer than it was'.repeat(100))
  rmSync(join(folder, 'empty'))
  assert.deepEqual((await sync()).map((line) => line.split(':')[0]).sort(), ['delete', 'upload'])
  done(await bench.aws('s3', 'sync', 's3://work/tree', 'tree-back'))
  const names = (at: string): readonly string[] => readdirSync(at, { recursive: true, encoding: 'utf8' }).sort()
  const back = join(bench.home, 'tree-back')
  assert.deepEqual(names(back), names(folder))
  for (const name of files.slice(0, 3)) {
    assert.ok(readFileSync(join(back, name)).equals(readFileSync(join(folder, name))), name)
  }
}

export async function encrypts(bench: Bench): Promise<void> {
  const { path, bytes } = fileOf(bench, 'sealed.bin', 100_000)
  const modes = [
    ['aws:kms', bench.keyArn],
    ['aws:kms', undefined],
  ] as const
  for (const [sse, key] of modes) {
    const named = key === undefined ? [] : ['--sse-kms-key-id', key]
    done(await bench.aws('s3', 'cp', path, 's3://work/sealed.bin', '--sse', sse, ...named))
    const head = await api(bench, 'head-object', '--key', 'sealed.bin')
    assert.equal(member(head, 'ServerSideEncryption'), sse)
    if (key !== undefined) assert.equal(member(head, 'SSEKMSKeyId'), key)
    else assert.notEqual(member(head, 'SSEKMSKeyId'), bench.keyArn)
    done(await bench.aws('s3', 'cp', 's3://work/sealed.bin', 'sealed-back.bin'))
    assert.ok(readFileSync(join(bench.home, 'sealed-back.bin')).equals(bytes))
  }
}

export async function encryptsWithCustomerKey(bench: Bench): Promise<void> {
  const { path, bytes } = fileOf(bench, 'customer.bin', LARGE_BYTES / 2)
  writeFileSync(join(bench.home, 'key'), bodyOf('a customer key', 32))
  writeFileSync(join(bench.home, 'other-key'), bodyOf('another customer key', 32))
  const withKey = (file: string): readonly string[] => ['--sse-c', 'AES256', '--sse-c-key', `fileb://${file}`]
  done(await bench.aws('s3', 'cp', path, 's3://work/customer.bin', ...withKey('key')))
  done(await bench.aws('s3', 'cp', 's3://work/customer.bin', 'customer-back.bin', ...withKey('key')))
  assert.ok(readFileSync(join(bench.home, 'customer-back.bin')).equals(bytes))
  for (const words of [[], withKey('other-key')]) {
    const refused = await bench.aws('s3', 'cp', 's3://work/customer.bin', 'not-there.bin', ...words)
    assert.equal(refused.code, 1)
  }
  assert.equal(readdirSync(bench.home).includes('not-there.bin'), false)
}

export async function presigns(bench: Bench): Promise<void> {
  const { path, bytes } = fileOf(bench, 'presigned.bin', 20_000)
  done(await bench.aws('s3', 'cp', path, 's3://work/presigned.bin'))
  const address = done(await bench.aws('s3', 'presign', 's3://work/presigned.bin', '--expires-in', '60')).trim()
  const answer = await fetched(address)
  assert.equal(answer.status, 200)
  assert.ok(answer.body.equals(bytes))
  const other = await fetched(address.replace('presigned.bin', 'large.bin'))
  assert.equal(other.status, 403)
  assert.match(other.body.toString(), /<Code>SignatureDoesNotMatch<\/Code>/)
  assert.equal((await fetched(address.replace(/\?.*/, ''))).status, 403)
}

function fetched(address: string): Promise<{ readonly status: number; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    get(address, { agent: false }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces) }))
      answer.once('error', reject)
    }).once('error', reject)
  })
}

export async function removesBucket(bench: Bench): Promise<void> {
  done(await bench.aws('s3', 'mb', 's3://short-lived'))
  const { path } = fileOf(bench, 'last.bin', 10)
  done(await bench.aws('s3', 'cp', path, 's3://short-lived/last.bin'))
  assert.notEqual((await bench.aws('s3', 'rb', 's3://short-lived')).code, 0)
  done(await bench.aws('s3', 'rb', 's3://short-lived', '--force'))
  assert.doesNotMatch(done(await bench.aws('s3', 'ls')), /short-lived/)
}
