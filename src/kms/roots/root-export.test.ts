import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretBytes } from '../../secrets/index.ts'
import { bytesOf } from '../keys/keys.fixture.ts'
import { hexOf, isRefused, textOf, vectorCases } from '../wraps/vectors.fixture.ts'
import { fixedRoot } from './fixed-root.ts'
import { exportRootKey, importRootKey } from './root-export.ts'
import { openRootProvider } from './open-root.ts'

const ROOT = Buffer.from('0123456789abcdefghijklmnopqrstuv')
const words = (text = 'correct horse battery staple'): SecretBytes => new SecretBytes(Buffer.from(text))

for (const one of vectorCases('envelopes/crx1')) {
  const verdict = isRefused(one) ? `is refused (${textOf(one, 'refused')})` : 'opens to the root key'
  test(`CRX1 of the second implementation: ${textOf(one, 'name')} ${verdict}`, async () => {
    const text = Buffer.from(hexOf(one, 'copy').toString('base64'))
    const opened = await importRootKey(text, words(textOf(one, 'passphrase')))
    const expected = isRefused(one) ? undefined : hexOf(one, 'rootKey')
    assert.deepEqual(opened === undefined ? undefined : bytesOf(opened), expected)
  })
}

test('a copy of the root opens with its passphrase only, and every change of it refuses', async () => {
  const text = await exportRootKey(new SecretBytes(Buffer.from(ROOT)), words())
  assert.match(text, /^[A-Za-z0-9+/]{192}\n$/)
  const imported = await importRootKey(Buffer.from(text), words())
  assert.ok(imported?.equals(new SecretBytes(Buffer.from(ROOT))))
  assert.equal(await importRootKey(Buffer.from(text), words('another passphrase')), undefined)
  const bytes = Buffer.from(text, 'base64')
  assert.equal(bytes.includes(ROOT), false)
  for (const at of [0, 4, 5, 6, 8, 15, 16, 19, 20, 35, 37, 38, 39, 40, 63, 64, 95, 96, 127, 128, 143]) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 0x40
    assert.equal(await importRootKey(Buffer.from(changed.toString('base64')), words()), undefined, `byte ${at}`)
  }
  for (const length of [0, 1, 143]) {
    const cut = Buffer.from(bytes.subarray(0, length).toString('base64'))
    assert.equal(await importRootKey(cut, words()), undefined, `${length} bytes`)
  }
})

test('a copy that asks for scrypt beyond the limits is refused before it costs anything', async () => {
  const bytes = Buffer.from(await exportRootKey(new SecretBytes(Buffer.from(ROOT)), words()), 'base64')
  for (const [at, value] of [
    [36, 16],
    [36, 31],
    [37, 9],
    [38, 5],
    [38, 0],
  ] as const) {
    const changed = Buffer.from(bytes)
    changed[at] = value
    assert.equal(await importRootKey(Buffer.from(changed.toString('base64')), words()), undefined)
  }
})

test('only what a person could copy anyway is extracted', async () => {
  const env = fixedRoot('env', 'a test', new SecretBytes(Buffer.from(ROOT)))
  assert.ok((await env.extract?.())?.equals(new SecretBytes(Buffer.from(ROOT))))
  assert.equal('extract' in (await openRootProvider({ provider: 'ephemeral' })), false)
  const passphrase = { provider: 'passphrase', place: 'a test', passphrase: words() } as const
  assert.equal('extract' in (await openRootProvider(passphrase)), false)
})
