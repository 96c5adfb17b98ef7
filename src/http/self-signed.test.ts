import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { element, integer, objectIdentifier, time } from './der.ts'
import { selfSignedFrom } from './self-signed-file.ts'
import { makeSelfSigned, SELF_SIGNED_DAYS } from './self-signed.ts'
import { loadTls } from './tls.ts'

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)
const DAY_MS = 24 * 60 * 60 * 1000

async function directoryOf(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'edge-'))
  context.after(() => rm(directory, { recursive: true }))
  return directory
}

test('DER: lengths, integers, identifiers and times have their one encoding', () => {
  assert.equal(element(4, Buffer.alloc(127)).subarray(0, 2).toString('hex'), '047f')
  assert.equal(element(4, Buffer.alloc(128)).subarray(0, 3).toString('hex'), '048180')
  assert.equal(element(4, Buffer.alloc(256)).subarray(0, 4).toString('hex'), '04820100')
  assert.equal(integer(Buffer.of(0, 0, 0x7f)).toString('hex'), '02017f')
  assert.equal(integer(Buffer.of(0x80)).toString('hex'), '02020080')
  assert.equal(integer(Buffer.of(0)).toString('hex'), '020100')
  assert.equal(objectIdentifier([1, 2, 840, 113549]).toString('hex'), '06062a864886f70d')
  assert.equal(time(Date.UTC(2049, 11, 31, 23, 59, 59)).toString('latin1', 2), '491231235959Z')
  assert.equal(time(Date.UTC(2050, 0, 1)).toString('latin1', 2), '20500101000000Z')
})

test('self-signed: a P-256 certificate that signs itself, for the local names and the domains with their buckets', () => {
  const tls = makeSelfSigned({
    names: ['s3.example.test', '192.0.2.7', '2001:db8::7', '::ffff:192.0.2.8'],
    nowMs: NOW_MS,
  })
  const certificate = new X509Certificate(tls.cert)
  assert.ok(certificate.verify(certificate.publicKey))
  assert.ok(certificate.checkIssued(certificate))
  assert.ok(certificate.checkPrivateKey(createPrivateKey(tls.key)))
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  assert.equal(certificate.ca, false)
  for (const host of ['localhost', 's3.example.test', 'bucket.s3.example.test']) {
    assert.ok(certificate.checkHost(host), host)
  }
  for (const address of ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7'])
    assert.ok(certificate.checkIP(address), address)
  assert.match(certificate.subjectAltName ?? '', /IP Address:0:0:0:0:0:FFFF:C000:208/)
  assert.equal(certificate.checkHost('example.test'), undefined)
  assert.equal(Date.parse(certificate.validFrom), NOW_MS - DAY_MS)
  assert.equal(Date.parse(certificate.validTo), NOW_MS + (SELF_SIGNED_DAYS - 1) * DAY_MS)
})

test('T-177 self-signed: two certificates share neither key nor serial number', () => {
  const [first, second] = [0, 1].map(() => new X509Certificate(makeSelfSigned({ names: [], nowMs: NOW_MS }).cert))
  assert.notEqual(first?.serialNumber, second?.serialNumber)
  assert.notEqual(first?.fingerprint256, second?.fingerprint256)
})

test('T-177 self-signed: made once for an install, mode 0600, the same for all who ask at once', async (context) => {
  const directory = await directoryOf(context)
  const options = { file: join(directory, 'self-signed.pem'), names: ['a.test'], nowMs: NOW_MS }
  const all = await Promise.all(Array.from({ length: 8 }, () => selfSignedFrom(options)))
  assert.equal(new Set(all.map(({ tls }) => tls.cert)).size, 1)
  assert.equal(all.filter(({ made }) => made).length, 1)
  assert.equal((await stat(options.file)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(directory), ['self-signed.pem'])
  assert.deepEqual(await selfSignedFrom(options), { tls: all[0]?.tls, made: false })
})

test('self-signed: made anew for a new name and before its end, and refused where others can read it', async (context) => {
  const file = join(await directoryOf(context), 'self-signed.pem')
  const first = await selfSignedFrom({ file, names: [], nowMs: NOW_MS })
  assert.equal((await selfSignedFrom({ file, names: ['localhost'], nowMs: NOW_MS })).made, false)
  const named = await selfSignedFrom({ file, names: ['a.test'], nowMs: NOW_MS })
  assert.equal(named.made, true)
  assert.notEqual(named.tls.cert, first.tls.cert)
  assert.equal((await selfSignedFrom({ file, names: ['a.test'], nowMs: NOW_MS + 780 * DAY_MS })).made, false)
  assert.equal((await selfSignedFrom({ file, names: ['a.test'], nowMs: NOW_MS + 810 * DAY_MS })).made, true)
  await chmod(file, 0o640)
  await assert.rejects(selfSignedFrom({ file, names: [], nowMs: NOW_MS }), /can be read by other users/)
})

test('TLS files: a sentence that names the file, and nothing of what is in it', async (context) => {
  const directory = await directoryOf(context)
  const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  const files = { certFile, keyFile }
  await assert.rejects(loadTls(files), /the TLS certificate .*cert\.pem cannot be read \(ENOENT\)/)
  const [mine, other] = [makeSelfSigned({ names: [], nowMs: NOW_MS }), makeSelfSigned({ names: [], nowMs: NOW_MS })]
  await writeFile(certFile, mine.cert)
  await writeFile(keyFile, other.key)
  await assert.rejects(loadTls(files), /the key in .*key\.pem does not belong to the certificate/)
  await writeFile(keyFile, 'secret-canary')
  await assert.rejects(
    loadTls(files),
    (error: Error) => /no readable PEM private key/.test(error.message) && !error.message.includes('canary'),
  )
  await writeFile(keyFile, mine.key)
  assert.deepEqual(await loadTls(files), mine)
  assert.equal(await readFile(certFile, 'utf8'), mine.cert)
})
