import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigProblem } from './config-problem.ts'
import { environmentOf } from './env.ts'
import { namedVariables, parseRootKey, resolveRootKey } from './root-key.ts'
import { ValueProblem } from './value-parsers.ts'

const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const MODULE = 'module-path=/usr/lib/softhsm/libsofthsm2.so'

test('a PKCS#11 URI names token, key, library and the place of the PIN', () => {
  assert.deepEqual(parseRootKey(`pkcs11:token=my%20token;object=root?${MODULE}&pin-source=file:/etc/pin`), {
    provider: 'pkcs11',
    uri: {
      ...{ modulePath: '/usr/lib/softhsm/libsofthsm2.so', token: { label: 'my token' }, object: 'root' },
      pin: { from: 'file', path: '/etc/pin' },
    },
  })
  const bySerial = parseRootKey(`pkcs11:serial=ab12?pin-source=env:THE_PIN&${MODULE}`)
  assert.deepEqual(namedVariables(bySerial), ['THE_PIN'])
})

test('a transit key, by token or by role; a key of AWS KMS, at AWS or elsewhere', () => {
  const byToken = parseRootKey('vault:https://vault.example/team/transit/coffer?token=file:/t&namespace=a/b')
  assert.ok(byToken.provider === 'vault')
  assert.deepEqual(
    [byToken.vault.address.port, byToken.vault.mount, byToken.vault.key, byToken.vault.namespace],
    [443, 'team/transit', 'coffer', 'a/b'],
  )
  const byRole = parseRootKey('vault:http://127.0.0.1:8200/transit/coffer?role-id=r&secret-id=env:SID')
  assert.ok(byRole.provider === 'vault' && byRole.vault.login.kind === 'approle')
  assert.equal(byRole.vault.login.mount, 'approle')
  const aws = parseRootKey(`aws-kms:${ARN}?access-key-id=AKIDEXAMPLE&secret-key=env:S`)
  assert.ok(aws.provider === 'aws-kms')
  assert.deepEqual([aws.kms.address.host, aws.kms.region], ['kms.eu-central-1.amazonaws.com', 'eu-central-1'])
  const china = parseRootKey(
    `aws-kms:${ARN.replace('arn:aws', 'arn:aws-cn')}?access-key-id=AKIDEXAMPLE&secret-key=env:S`,
  )
  assert.ok(china.provider === 'aws-kms')
  assert.equal(china.kms.address.host, 'kms.eu-central-1.amazonaws.com.cn')
})

const REFUSED: readonly string[] = [
  `pkcs11:token=a?${MODULE}&pin-value=12345678`,
  `pkcs11:token=a?${MODULE}&pin-source=12345678`,
  `pkcs11:token=a?${MODULE}`,
  `pkcs11:token=a;serial=b?${MODULE}&pin-source=file:/p`,
  `pkcs11:token=a;token=b?${MODULE}&pin-source=file:/p`,
  `pkcs11:object=a?${MODULE}&pin-source=file:/p`,
  `pkcs11:token=${'a'.repeat(33)}?${MODULE}&pin-source=file:/p`,
  `pkcs11:token=a%00b?${MODULE}&pin-source=file:/p`,
  `pkcs11:token=a%?${MODULE}&pin-source=file:/p`,
  'pkcs11:token=a?module-path=relative.so&pin-source=file:/p',
  'pkcs11:token=a;slot-id=3?module-path=/m&pin-source=file:/p',
  'vault:http://vault.example/transit/coffer?token=file:/t',
  'vault:http://127.0.0.1.example/transit/coffer?token=file:/t',
  'vault:http://localhost.example/transit/coffer?token=file:/t',
  'vault:https://user:pass@vault.example/transit/coffer?token=file:/t',
  'vault:https://vault.example/coffer?token=file:/t',
  'vault:https://vault.example/transit/../coffer?token=file:/t',
  'vault:https://vault.example/transit/coffer',
  'vault:https://vault.example/transit/coffer?token=hvs.secret',
  'vault:https://vault.example/transit/coffer?token=file:/t&role-id=r&secret-id=file:/s',
  'vault:https://vault.example/transit/coffer?role-id=r',
  'vault:https://vault.example/transit/coffer?token=file:/t&token=file:/u',
  'vault:https://vault.example/transit/coffer?token=file:/t&export=true',
  'vault:ftp://vault.example/transit/coffer?token=file:/t',
  `aws-kms:${ARN}`,
  `aws-kms:${ARN}?access-key-id=AKIDEXAMPLE&secret-key=plain-secret`,
  'aws-kms:alias/coffer?access-key-id=AKIDEXAMPLE&secret-key=env:S',
  `aws-kms:${ARN}?access-key-id=AKIDEXAMPLE&secret-key=env:S&endpoint=http://kms.example`,
  `aws-kms:${ARN}?access-key-id=AKIDEXAMPLE&secret-key=env:S&endpoint=https://kms.example/path`,
]
for (const text of REFUSED) {
  test(`refused as a root key, without repeating it: ${text.slice(0, 90)}`, () => {
    assert.throws(
      () => parseRootKey(text),
      (error: unknown) => error instanceof ValueProblem && !/12345678|hvs\.|plain-secret/.test(error.message),
    )
  })
}

test('secrets of a root that is kept elsewhere are fetched from their places, and leave the environment', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'coffer-root-key-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const pin = join(directory, 'pin')
  writeFileSync(pin, '4711\n', { mode: 0o600 })
  const of = (source: string, env: Record<string, string> = {}) =>
    resolveRootKey(parseRootKey(`pkcs11:token=a?${MODULE}&pin-source=${source}`), environmentOf(env))
  for (const setting of [of(`file:${pin}`), of('systemd-credential:pin', { CREDENTIALS_DIRECTORY: directory })]) {
    assert.ok(setting.provider === 'pkcs11')
    assert.equal(
      setting.uri.pin.expose((bytes) => Buffer.from(bytes).toString()),
      '4711',
    )
  }
  const env = { THE_PIN: '4711' }
  of('env:THE_PIN', env)
  assert.deepEqual(env, {})
  assert.throws(() => of('env:THE_PIN'), ConfigProblem)
  assert.throws(() => of('systemd-credential:pin'), ConfigProblem)
  assert.throws(() => of(`file:${directory}/none`), ConfigProblem)
})
