import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { member } from '../cli/coffer-command.ts'
import { api, done, fileOf, type Bench } from './cli-bench.ts'

export async function setsDefault(bench: Bench, t: TestContext): Promise<void> {
  const rule = (fields: object, bucketKey: boolean): string =>
    JSON.stringify({ Rules: [{ ApplyServerSideEncryptionByDefault: fields, BucketKeyEnabled: bucketKey }] })
  const put = async (configuration: string): Promise<string> =>
    api(bench, 'put-bucket-encryption', '--server-side-encryption-configuration', configuration)
  const shown = async (...path: readonly string[]): Promise<unknown> => {
    const applied = ['ServerSideEncryptionConfiguration', 'Rules', 0] as const
    return member(await api(bench, 'get-bucket-encryption'), ...applied, ...path)
  }
  const from = bench.proxy.seen.length
  const kms = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: bench.keyArn }
  assert.equal(await put(rule(kms, true)), '')
  t.diagnostic(`${bench.cli.version} sends ${integrityHeader(bench, from)}`)
  assert.deepEqual(await shown('ApplyServerSideEncryptionByDefault'), kms)
  assert.equal(await shown('BucketKeyEnabled'), true)
  const { path } = fileOf(bench, 'by-default.bin', 500)
  done(await bench.aws('s3', 'cp', path, 's3://work/by-default.bin'))
  const head = await api(bench, 'head-object', '--key', 'by-default.bin')
  assert.equal(member(head, 'ServerSideEncryption'), 'aws:kms')
  assert.equal(member(head, 'SSEKMSKeyId'), bench.keyArn)
  assert.equal(member(head, 'BucketKeyEnabled'), true)
  assert.equal(await put(rule({ SSEAlgorithm: 'AES256' }, false)), '')
  assert.deepEqual(await shown('ApplyServerSideEncryptionByDefault'), { SSEAlgorithm: 'AES256' })
  assert.equal(await put(rule(kms, false)), '')
  await api(bench, 'delete-bucket-encryption')
  assert.deepEqual(await shown('ApplyServerSideEncryptionByDefault'), { SSEAlgorithm: 'AES256' })
}

/** Old versions of the CLI send the MD5 of the body, those of today a CRC32. */
function integrityHeader(bench: Bench, from: number): string {
  const put = bench.proxy.seen.slice(from).find(({ method, target }) => method === 'PUT' && /\?encryption/.test(target))
  const sent = ['content-md5', 'x-amz-checksum-crc32'].filter((name) => put?.headers[name] !== undefined)
  assert.equal(sent.length, 1, JSON.stringify(put))
  return sent.join()
}

export async function sendsParts(bench: Bench): Promise<void> {
  const key = ['--key', 'by-parts.bin']
  const parts = [fileOf(bench, 'part-1', 5 * 1024 * 1024), fileOf(bench, 'part-2', 123)]
  const uploadId = String(member(await api(bench, 'create-multipart-upload', ...key), 'UploadId'))
  const upload = [...key, '--upload-id', uploadId]
  const etags: { readonly PartNumber: number; readonly ETag: unknown }[] = []
  for (const [index, { path }] of parts.entries()) {
    const number = index + 1
    const sent = await api(bench, 'upload-part', ...upload, '--part-number', String(number), '--body', path)
    etags.push({ PartNumber: number, ETag: member(sent, 'ETag') })
  }
  assert.equal(member(await api(bench, 'list-multipart-uploads'), 'Uploads', 0, 'UploadId'), uploadId)
  const listed = await api(bench, 'list-parts', ...upload)
  assert.equal(member(listed, 'Parts', 1, 'Size'), 123)
  const list = ['--multipart-upload', JSON.stringify({ Parts: etags })]
  const completed = await api(bench, 'complete-multipart-upload', ...upload, ...list)
  assert.match(String(member(completed, 'ETag')), /-2"$/)
  await api(bench, 'get-object', ...key, 'joined')
  assert.ok(readFileSync(join(bench.home, 'joined')).equals(Buffer.concat(parts.map(({ bytes }) => bytes))))
  const second = String(member(await api(bench, 'create-multipart-upload', ...key), 'UploadId'))
  await api(bench, 'abort-multipart-upload', ...key, '--upload-id', second)
  assert.equal((await api(bench, 'list-multipart-uploads')).includes('UploadId'), false)
}

export async function usesVersions(bench: Bench): Promise<void> {
  const key = ['--key', 'versioned.txt']
  await api(bench, 'put-bucket-versioning', '--versioning-configuration', 'Status=Enabled')
  const { path } = fileOf(bench, 'versioned.txt', 40)
  const first = await api(bench, 'put-object', ...key, '--body', path, '--tagging', 'a=b', '--metadata', 'colour=red')
  writeFileSync(path, 'the second version')
  await api(bench, 'put-object', ...key, '--body', path)
  const versionId = ['--version-id', String(member(first, 'VersionId'))]
  assert.equal(member(await api(bench, 'head-object', ...key, ...versionId), 'Metadata', 'colour'), 'red')
  assert.deepEqual(member(await api(bench, 'get-object-tagging', ...key, ...versionId), 'TagSet'), [
    { Key: 'a', Value: 'b' },
  ])
  const ranged = await api(bench, 'get-object', ...key, '--range', 'bytes=4-9', 'ranged')
  assert.equal(member(ranged, 'ContentRange'), 'bytes 4-9/18')
  assert.equal(readFileSync(join(bench.home, 'ranged'), 'utf8'), 'second')
  await api(bench, 'copy-object', '--key', 'copy.txt', '--copy-source', 'work/versioned.txt')
  const deletion = JSON.stringify({ Objects: [{ Key: 'versioned.txt' }, { Key: 'copy.txt' }] })
  const deleted = await api(bench, 'delete-objects', '--delete', deletion)
  assert.equal(member(deleted, 'Deleted', 0, 'DeleteMarker'), true)
  const versions = await api(bench, 'list-object-versions', '--prefix', 'versioned.txt')
  assert.equal(member(versions, 'Versions', 1, 'VersionId'), versionId[1])
  assert.equal(member(versions, 'DeleteMarkers', 0, 'IsLatest'), true)
}

export async function tellsRefusals(bench: Bench): Promise<void> {
  const refusals = [
    [/\(NoSuchKey\)/, ['get-object', '--bucket', 'work', '--key', 'nowhere', 'nothing']],
    [/\(NoSuchBucket\)/, ['get-bucket-encryption', '--bucket', 'nowhere']],
    [/\(404\)/, ['head-object', '--bucket', 'work', '--key', 'nowhere']],
    [/\(BucketAlreadyOwnedByYou\)/, ['create-bucket', '--bucket', 'work']],
    [/\(BucketNotEmpty\)/, ['delete-bucket', '--bucket', 'work']],
  ] as const
  for (const [expected, words] of refusals) {
    const ran = await bench.aws('s3api', ...words)
    assert.match(ran.stderr + ran.stdout, expected)
  }
  const config = { SSEAlgorithm: 'aws:kms:nothing' }
  const configuration = JSON.stringify({ Rules: [{ ApplyServerSideEncryptionByDefault: config }] })
  const words = ['--bucket', 'work', '--server-side-encryption-configuration', configuration]
  const refused = await bench.aws('s3api', 'put-bucket-encryption', ...words)
  assert.notEqual(refused.code, 0)
  assert.match(refused.stderr, /MalformedXML|Invalid choice|InvalidArgument/)
}
