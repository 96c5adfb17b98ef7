import assert from 'node:assert/strict'
import { createDecipheriv, createHash, createSecretKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { hkdfExpand, hkdfExtract } from '../secrets/index.ts'
import { openMessage, sealMessage } from './inline.ts'
import { deriveSegmentKeys } from './segment-keys.ts'
import { SegmentOpener, SegmentSealer } from './segments.ts'
import { HEADER_BYTES, plaintextLength } from './sizes.ts'
import { refusedWith } from './test-scope.fixture.ts'

/** Third-party vectors are not part of the repository: the folder that COFFER_VECTORS names holds them. */
const folder = process.env['COFFER_VECTORS']
const required = process.env['COFFER_TEST_REQUIRE'] === 'all'

interface StreamCase {
  readonly tcId: number
  readonly comment: string
  readonly key: string
  readonly ctx: string
  readonly ct: string
  readonly msgLength?: number
  readonly msgSha512?: string
  readonly result: 'valid' | 'invalid'
  readonly flags: readonly string[]
}

interface HkdfCase {
  readonly tcId: number
  readonly ikm: string
  readonly salt: string
  readonly info: string
  readonly size: number
  readonly okm: string
  readonly result: 'valid' | 'invalid'
}

interface GcmCase {
  readonly tcId: number
  readonly key: string
  readonly iv: string
  readonly aad: string
  readonly msg: string
  readonly ct: string
  readonly tag: string
  readonly result: 'valid' | 'invalid'
}

/** `use` is called for each group of cases; the cases have the shape that the file's schema gives. */
function vectors(name: string, use: (group: Group) => void): void {
  const path = folder === undefined ? undefined : join(folder, 'wycheproof', name)
  if (path === undefined || !existsSync(path)) {
    const missing = required ? undefined : { skip: 'set COFFER_VECTORS to the folder of third-party vectors' }
    test(`Wycheproof: ${name}`, missing, () => assert.fail('the vectors are required'))
    return
  }
  const file = JSON.parse(readFileSync(path, 'utf8')) as { testGroups: readonly Group[] }
  assert.ok(file.testGroups.length > 0)
  for (const group of file.testGroups) use(group)
}

interface Group {
  readonly tests: readonly unknown[]
  readonly keySize?: number
  readonly ivSize?: number
  readonly tagSize?: number
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

vectors('c2sp_chunked_encryption_aes_256_gcm_test.json', (group) => {
  const cases = group.tests as readonly StreamCase[]
  assert.equal(cases.length, 35)
  for (const one of cases) {
    test(`Wycheproof: Cobblestone-256 ${one.tcId}: ${one.comment}`, () => {
      const sealed = inflateSync(hex(one.ct))
      const key = createSecretKey(hex(one.key))
      if (one.result === 'valid') openAndSealAgain(key, hex(one.ctx), sealed, one)
      else refuseEveryWay(key, hex(one.ctx), sealed, one)
    })
  }
})

function stream(
  key: ReturnType<typeof createSecretKey>,
  context: Buffer,
  sealed: Buffer,
  pieceBytes: number,
  out: Uint8Array[],
): void {
  const keys = deriveSegmentKeys('aes-256', key, 16_384, sealed.subarray(0, 24), context)
  assert.deepEqual(keys.commitment, sealed.subarray(24, HEADER_BYTES))
  const opener = new SegmentOpener(keys, 16_384)
  for (let offset = HEADER_BYTES; offset < sealed.length; offset += pieceBytes) {
    opener.push(sealed.subarray(offset, offset + pieceBytes), out)
  }
  opener.end(out)
}

function openAndSealAgain(
  key: ReturnType<typeof createSecretKey>,
  context: Buffer,
  sealed: Buffer,
  one: StreamCase,
): void {
  const body = openMessage('aes-256', key, context, sealed)
  assert.equal(body.length, one.msgLength)
  assert.equal(plaintextLength(sealed.length, 16_384), one.msgLength)
  assert.equal(createHash('sha512').update(body).digest('hex'), one.msgSha512)
  for (const pieceBytes of [sealed.length, 10_007, 1]) {
    const out: Uint8Array[] = []
    stream(key, context, sealed, pieceBytes, out)
    assert.deepEqual(Buffer.concat(out), body)
  }
  const salt = sealed.subarray(0, 24)
  assert.deepEqual(sealMessage('aes-256', key, context, body, salt), sealed)
  const keys = deriveSegmentKeys('aes-256', key, 16_384, salt, context)
  for (const pieceBytes of [10_007, 1]) {
    const sealer = new SegmentSealer(keys, 16_384)
    const out: Uint8Array[] = [sealed.subarray(0, HEADER_BYTES)]
    for (let offset = 0; offset < body.length; offset += pieceBytes) {
      sealer.push(body.subarray(offset, offset + pieceBytes), out)
    }
    sealer.end(out)
    assert.deepEqual(Buffer.concat(out), sealed)
  }
}

function refuseEveryWay(
  key: ReturnType<typeof createSecretKey>,
  context: Buffer,
  sealed: Buffer,
  one: StreamCase,
): void {
  if (one.flags.includes('InvalidKeySize')) {
    assert.throws(() => openMessage('aes-256', key, context, sealed), RangeError)
    return
  }
  assert.throws(() => openMessage('aes-256', key, context, sealed), refusedWith('integrity'))
  if (one.flags.includes('HeaderFailure')) return
  for (const pieceBytes of [sealed.length, 10_007, 1]) {
    const out: Uint8Array[] = []
    assert.throws(() => stream(key, context, sealed, pieceBytes, out), refusedWith('integrity'))
    const released = Buffer.concat(out)
    assert.ok(released.length <= (one.msgLength ?? 0), 'no byte beyond the longest valid prefix')
    if (released.length === one.msgLength && one.msgSha512 !== undefined) {
      assert.equal(createHash('sha512').update(released).digest('hex'), one.msgSha512)
    }
  }
}

for (const hash of ['sha256', 'sha512'] as const) {
  vectors(`hkdf_${hash}_test.json`, (group) => {
    const cases = group.tests as readonly HkdfCase[]
    test(`Wycheproof: HKDF-${hash}, ${String(group.keySize)} bits, ${cases.length} cases`, () => {
      for (const one of cases) {
        const prk = hkdfExtract(hash, hex(one.salt), hex(one.ikm))
        const expand = () => hkdfExpand(hash, createSecretKey(prk), hex(one.info), one.size).toString('hex')
        if (one.result === 'valid') assert.equal(expand(), one.okm, `case ${one.tcId}`)
        else assert.throws(expand, RangeError, `case ${one.tcId}`)
      }
    })
  })
}

vectors('aes_gcm_test.json', (group) => {
  const cases = group.tests as readonly GcmCase[]
  if (group.keySize !== 256 || group.ivSize !== 96 || group.tagSize !== 128) return
  test(`Wycheproof: AES-256-GCM as the openers call it, ${cases.length} cases`, () => {
    for (const one of cases) {
      const opened = (): string => {
        const opener = createDecipheriv('aes-256-gcm', createSecretKey(hex(one.key)), hex(one.iv), {
          authTagLength: 16,
        })
        opener.setAAD(hex(one.aad))
        opener.setAuthTag(hex(one.tag))
        return Buffer.concat([opener.update(hex(one.ct)), opener.final()]).toString('hex')
      }
      if (one.result === 'valid') assert.equal(opened(), one.msg, `case ${one.tcId}`)
      else assert.throws(opened, Error, `case ${one.tcId}`)
    }
  })
})
