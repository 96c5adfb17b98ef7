import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import crypto, { createSecretKey } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { wrapDek } from '../src/encryption/envelope.ts'
import { put, withBucket } from '../src/objects/engine.fixture.ts'
import { createRecordSealer } from '../src/records/index.ts'
import { SecretBytes, setSealWatch } from '../src/secrets/index.ts'
import { countSeals, NonceUsedTwice } from './nonces/count-seals.ts'
import { PROOF_SEED, proofSize } from './proof-scale.ts'
import { CHECKOUT } from './checkout.ts'

const run = promisify(execFile)

after(() => setSealWatch())

test('every cipher that seals tells the watch first, so nothing is sealed uncounted', () => {
  const files = readdirSync(join(CHECKOUT, 'src'), { recursive: true, encoding: 'utf8' })
  const ciphers = files.toSorted().flatMap((path) => {
    if (!path.endsWith('.ts') || path.endsWith('.test.ts') || path.endsWith('.fixture.ts')) return []
    const text = readFileSync(join(CHECKOUT, 'src', path), 'utf8')
    const [made, watched] = [text.split('createCipheriv(').length - 1, text.split('watchSeal(').length - 1]
    assert.ok(watched >= made, `${path}: makes ${made} ciphers, tells of ${watched}`)
    return made === 0 ? [] : [path]
  })
  assert.deepEqual(ciphers, [
    'encryption/envelope.ts',
    'encryption/segment-cipher.ts',
    'kms/wraps/committing-wrap.ts',
    'records/record-sealer.ts',
  ])
})

test('T-117 the count catches what it is for: an epoch or a salt that comes a second time', () => {
  countSeals()
  const metadataKey = new SecretBytes(Buffer.alloc(32, 1))
  const record = { rowKey: Buffer.from('row'), clear: Buffer.alloc(0), secret: Buffer.from('secret') }
  const sealer = (): ReturnType<typeof createRecordSealer> =>
    createRecordSealer({ metadataKey, epoch: Buffer.alloc(8, 2) })
  const first = sealer()
  first.seal(record)
  first.seal(record)
  // A process that was resumed from a copy of itself.
  const copied = sealer()
  assert.throws(() => copied.seal(record), NonceUsedTwice)
  copied.renewEpoch()
  copied.seal(record)

  const source = createSecretKey(Buffer.alloc(32, 3))
  const facts = { source: 'service-key', layer: 0, sealId: Buffer.alloc(16, 4) } as const
  wrapDek(source, facts, Buffer.alloc(32, 5), Buffer.alloc(24, 6))
  wrapDek(source, facts, Buffer.alloc(32, 5), Buffer.alloc(24, 7))
  assert.throws(() => wrapDek(source, facts, Buffer.alloc(32, 5), Buffer.alloc(24, 6)), NonceUsedTwice)
})

test(
  'no key and nonce meet twice: all modes, retries, parts sent again, copies, new wraps, rotations, restarts',
  { timeout: proofSize(120_000, 7_200_000) },
  async (t) => {
    t.diagnostic(`seed ${PROOF_SEED}`)
    const wanted = proofSize(100_000, 10_000_000)
    const script = join(CHECKOUT, 'dist', 'tests', 'nonces', 'seal-volume.js')
    const { stdout } = await run(process.execPath, [script, String(wanted), `nonces ${PROOF_SEED}`])
    t.diagnostic(stdout)
    const report: unknown = JSON.parse(stdout)
    const done = new Map<string, unknown>(Object.entries(report ?? {}))
    const counted = (what: string): number => Number(done.get(what) ?? 0)
    assert.ok(counted('seals') >= wanted)
    const verbs = ['put', 'refused put', 'puts at once', 'copy', 'tags', 'new wrap', 'upload', 'rotation']
    for (const verb of [...verbs, 'append', 'bytes changed']) {
      assert.ok(counted(verb) > 0, `no ${verb}`)
    }
  },
)

// The last of this file: the pool of random bytes holds nothing random afterwards.
test('T-117 the count catches random numbers that repeat themselves', async (t) => {
  countSeals()
  const at = await withBucket()
  await put(at, 'name', Buffer.from('body'))
  t.mock.method(crypto, 'randomFillSync', (bytes: Buffer) => bytes.fill(8))
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  await assert.rejects(async () => {
    for (let index = 0; index < 1_000; index++) await put(at, `name ${index}`, Buffer.from('body'))
  }, NonceUsedTwice)
})
