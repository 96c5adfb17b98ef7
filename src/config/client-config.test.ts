import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadClientConfig, parseEndpoint, type ClientConfig, type ClientInput } from './client-config.ts'
import { ConfigProblem } from './config-problem.ts'
import { environmentOf } from './env.ts'

const PROFILES = `work:
  endpoint: https://profile.test
  accessKey: PROFILEKEY
  secretKey: profile-secret
  region: eu-profile-1
`
const AWS = { AWS_ACCESS_KEY_ID: 'AWSKEY', AWS_SECRET_ACCESS_KEY: 'aws-secret', AWS_REGION: 'eu-aws-1' }
const COFFER = { COFFER_ACCESS_KEY: 'COFFERKEY', COFFER_SECRET_KEY: 'coffer-secret', COFFER_REGION: 'eu-coffer-1' }

function profileFile(text = PROFILES, mode = 0o600): string {
  const path = join(mkdtempSync(join(tmpdir(), 'coffer-profile-')), 'profiles.yaml')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

function load(
  variables: Record<string, string | undefined>,
  more: { readonly flags?: ClientInput['flags']; readonly profileFile?: string } = {},
): ClientConfig {
  const file = more.profileFile === undefined ? {} : { profileFile: more.profileFile }
  return loadClientConfig({ flags: more.flags ?? {}, env: environmentOf(variables), ...file })
}

function shown({ endpoint, credential, region }: ClientConfig): readonly (string | undefined)[] {
  const secret = credential?.secret.expose((bytes) => Buffer.from(bytes).toString())
  return [endpoint.text, credential?.accessKeyId, secret, region]
}

test('with nothing set: this machine, no credential', () => {
  assert.deepEqual(shown(load({})), ['http://127.0.0.1:9000', undefined, undefined, 'us-east-1'])
})

test('flag, then COFFER_*, then the profile, then AWS_*', () => {
  const file = profileFile()
  assert.deepEqual(shown(load({ ...AWS })), ['http://127.0.0.1:9000', 'AWSKEY', 'aws-secret', 'eu-aws-1'])
  const profile = load({ ...AWS, COFFER_PROFILE: 'work' }, { profileFile: file })
  assert.deepEqual(shown(profile), ['https://profile.test', 'PROFILEKEY', 'profile-secret', 'eu-profile-1'])
  const coffer = load({ ...AWS, ...COFFER }, { flags: { profile: 'work' }, profileFile: file })
  assert.deepEqual(shown(coffer), ['https://profile.test', 'COFFERKEY', 'coffer-secret', 'eu-coffer-1'])
  const flags = { endpoint: 'http://flag.test:81', region: 'eu-flag-1' }
  assert.deepEqual(shown(load({ ...AWS, ...COFFER }, { flags })), [
    'http://flag.test:81',
    'COFFERKEY',
    'coffer-secret',
    'eu-flag-1',
  ])
  assert.deepEqual(load({ ...AWS }).sources, { endpoint: 'default', credential: 'AWS_*', region: 'AWS_*' })
})

test('half a pair is refused and never completed from elsewhere', () => {
  assert.throws(() => load({ ...AWS, COFFER_ACCESS_KEY: 'ONLYID' }), ConfigProblem)
  assert.throws(() => load({ ...AWS, COFFER_SECRET_KEY: 'only-secret' }), ConfigProblem)
})

test('T-167 (part) the secret leaves the environment', () => {
  const variables: Record<string, string | undefined> = { ...COFFER }
  load(variables)
  assert.equal('COFFER_SECRET_KEY' in variables, false)
})

test('a profile file that others can read is refused', () => {
  const file = profileFile(PROFILES, 0o644)
  assert.throws(() => load({}, { flags: { profile: 'work' }, profileFile: file }), /can be read or changed by others/)
})

test('an unknown profile and an unknown line of a profile are refused with the nearest', () => {
  assert.throws(() => load({}, { flags: { profile: 'wrok' }, profileFile: profileFile() }), /Did you mean work\?/)
  const file = profileFile('work:\n  acessKey: x\n')
  assert.throws(() => load({}, { flags: { profile: 'work' }, profileFile: file }), /Did you mean accessKey\?/)
})

const ENDPOINTS: readonly (readonly [string, boolean, string, number])[] = [
  ['http://127.0.0.1:9000', false, '127.0.0.1', 9000],
  ['https://store.test', true, 'store.test', 443],
  ['https://store.test/', true, 'store.test', 443],
  ['http://[::1]:9000', false, '::1', 9000],
  ['http://LOCALHOST', false, 'localhost', 80],
]
for (const [text, secure, host, port] of ENDPOINTS) {
  test(`endpoint ${text}`, () => {
    const endpoint = parseEndpoint(text, 'flag')
    assert.deepEqual([endpoint.secure, endpoint.host, endpoint.port], [secure, host, port])
  })
}

for (const text of [
  '127.0.0.1:9000',
  'ftp://x',
  'http://',
  'http://u:p@h',
  'http://h/path',
  'http://h?x',
  'http://h:0',
  'http://h:99999',
  'http://h h',
]) {
  test(`${JSON.stringify(text)} is no endpoint`, () => assert.throws(() => parseEndpoint(text, 'flag'), ConfigProblem))
}
