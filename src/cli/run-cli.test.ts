import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DependentsJson, KeyJson, StatusJson, VerifyJson } from '../dialects/admin/wire.ts'
import { SecretBytes } from '../secrets/index.ts'
import { run } from './cli-bench.fixture.ts'
import { HostRefusal } from './host-commands.ts'

const KEY: KeyJson = {
  id: '3f2a9c1e-0000-4000-8000-000000000001',
  arn: 'arn:aws:kms:us-east-1:000000000001:key/3f2a9c1e-0000-4000-8000-000000000001',
  account: '000000000001',
  region: 'us-east-1',
  state: 'enabled',
  description: '',
  created: '2026-01-02T03:04:05.000Z',
  manager: 'customer',
  origin: 'coffer',
  aliases: ['alias/old'],
  version: 3,
}
const FREE: DependentsJson = { versions: 0, uploads: 0, defaults: 0, byVersion: [] }
const BUSY: DependentsJson = {
  versions: 790_097,
  uploads: 2,
  defaults: 2,
  byVersion: [
    { version: 3, count: 710_085 },
    { version: 2, count: 80_014 },
  ],
}
const STATUS: StatusJson = {
  state: 'serving',
  version: '0.1.0',
  region: 'us-east-1',
  account: '000000000001',
  started: '2026-11-17T10:05:00.000Z',
  workers: 2,
  data: './data',
  freeBytes: 442_381_631_488,
  buckets: 12,
  versions: 1_204_331,
  bytes: 3_408_486_046_105,
  uploads: 14,
  rootProvider: 'file',
}
const WHOLE: VerifyJson = {
  versions: 10,
  sealed: 10,
  readable: 10,
  keysMissing: 0,
  damaged: [],
  countersAgree: true,
  indexAgrees: true,
  orphans: 0,
  leftovers: 14,
  remarks: [],
}
const DAMAGED: VerifyJson = {
  ...WHOLE,
  readable: 9,
  damaged: [{ bucket: 'photos', key: 'a.jpg', versionId: 'null', what: 'segment 12 does not authenticate' }],
}

/** line, answers, exit code: every code by at least one command. */
const CODES: readonly (readonly [string, Parameters<typeof run>[1], number])[] = [
  ['status', { 'server-status': STATUS }, 0],
  ['bucket list', { 'list-buckets': { buckets: [] } }, 0],
  ['bucket create photos', { 'create-bucket': { refuse: 'internal' } }, 1],
  ['bucket create photos', { 'create-bucket': { refuse: 'a-code-of-a-newer-server' } }, 1],
  ['bucket creat photos', {}, 2],
  ['bucket list --outptu json', {}, 2],
  ['bucket list -o xml', {}, 2],
  ['bucket create', {}, 2],
  ['bucket', {}, 2],
  ['status --secret-key abc', {}, 2],
  ['object put a.jpg photos', {}, 2],
  ['audit search --since yesterday', {}, 2],
  [
    'bucket show photos',
    {
      'head-bucket': { refuse: 'no-such-bucket' },
      'get-bucket-versioning': { refuse: 'no-such-bucket' },
      'get-bucket-encryption': { refuse: 'no-such-bucket' },
    },
    3,
  ],
  ['key list', { 'list-keys': { refuse: 'access-denied' } }, 4],
  ['key list', { 'list-keys': { refuse: 'signature-does-not-match' } }, 4],
  ['bucket create photos', { 'create-bucket': { refuse: 'bucket-exists' } }, 5],
  ['bucket create photos --if-missing', { 'create-bucket': { refuse: 'bucket-exists' } }, 0],
  ['key delete old --yes', { 'describe-key': { key: KEY }, 'key-dependents': { key: KEY, dependents: BUSY } }, 5],
  ['status', { 'server-status': { refuse: 'sealed' } }, 6],
  ['status', { 'server-status': { ...STATUS, state: 'sealed' } }, 6],
  ['verify', { 'verify-store': DAMAGED }, 7],
  ['verify', { 'verify-store': { ...WHOLE, countersAgree: false } }, 7],
  ['verify', { 'verify-store': WHOLE }, 0],
  ['bucket delete photos', { 'head-bucket': { region: 'us-east-1' } }, 9],
  ['object delete photos/a.jpg', {}, 9],
]
for (const [line, answers, expected] of CODES) {
  test(`exit ${expected}: coffer ${line} ${JSON.stringify(answers).slice(0, 60)}`, async () => {
    const { exitCode, talk, out } = await run(line, answers)
    assert.equal(exitCode, expected, talk)
    if (expected !== 0 && expected !== 7 && !(expected === 6 && out !== '')) assert.match(talk, /coffer: /)
  })
}

test('errors say what, then what to try, then the request', async () => {
  const { talk, out } = await run('bucket create photos', { 'create-bucket': { refuse: 'no-such-bucket' } })
  assert.equal(talk, 'coffer: refused: no-such-bucket.\n  try: coffer bucket list\nrequest REQ1\n')
  assert.equal(out, '')
})

test('misspelt subjects, verbs, flags and help subjects name the nearest', async () => {
  for (const [line, nearest] of [
    ['buckt list', 'bucket'],
    ['bucket lsit', 'list'],
    ['bucket list --endpont x', '--endpoint'],
    ['help conect', 'connect'],
    ['config get lsten', 'listen'],
  ] as const) {
    assert.match((await run(line)).talk, new RegExp(`Did you mean ${nearest}\\?`), line)
  }
})

test('the plural of a subject works, and help shows the singular', async () => {
  assert.equal((await run('buckets list', { 'list-buckets': { buckets: [] } })).exitCode, 0)
  const { out, exitCode } = await run('help keys')
  assert.equal(exitCode, 0)
  assert.equal(out.includes('|keys'), false)
})

test('coffer alone shows the commands of the first day', async () => {
  const { out, exitCode } = await run('')
  assert.equal(exitCode, 0)
  assert.match(out, /coffer serve/)
})

test('every command has help with two examples', async () => {
  const lines = [
    ...['serve', 'status', 'verify', 'version', 'audit search', 'account recover-root'],
    ...['bucket list', 'bucket show', 'bucket create', 'bucket delete', 'bucket encryption show'],
    ...['bucket encryption set', 'bucket encryption remove', 'bucket versioning show', 'bucket versioning set'],
    ...['object list', 'object show', 'object put', 'object get', 'object copy', 'object delete'],
    ...['object tags show', 'object tags set', 'object tags remove'],
    ...['key list', 'key show', 'key create', 'key enable', 'key disable', 'key rotate', 'key delete', 'key undelete'],
    ...['key depends', 'key alias list', 'key alias set', 'key alias remove', 'key rotation show', 'key rotation set'],
    ...[
      'root status',
      'root verify',
      'root rotate',
      'root move',
      'root export',
      'root import',
      'config show',
      'config get',
    ],
  ]
  for (const line of lines) {
    const { out, exitCode } = await run(`${line} -h`)
    assert.equal(exitCode, 0, line)
    const examples = out.split('Examples:\n')[1] ?? ''
    assert.equal(examples.trim().split('\n').length, 2, line)
  }
})

for (const flag of ['--secret-key', '--secret-key=x', '--secret', '--password', '--passphrase', '--session-token']) {
  test(`T-167 (part) ${flag} on a command line is refused with the reason, and not repeated`, async () => {
    const { talk, exitCode } = await run(`bucket list ${flag} CANARY`)
    assert.equal(exitCode, 2)
    assert.match(talk, /every user of the machine can read it/)
    assert.equal(talk.includes('CANARY'), false)
  })
}

test('golden: status', async () => {
  const { out } = await run('status', { 'server-status': STATUS })
  assert.equal(
    out,
    `serving  0.1.0, 2 workers, up 3 d 4 h
account  000000000001      region us-east-1
data     ./data      412 GiB free
root     file
stored   1,204,331 versions in 12 buckets, 3.1 TiB      uploads 14
`,
  )
})

test('golden: verify names what is damaged', async () => {
  const { out } = await run('verify', { 'verify-store': DAMAGED })
  assert.equal(
    out,
    `sealed    10 of 10
readable  9      damaged 1      keys missing 0
counters  agree      index agrees      orphans 0      leftovers 14
damaged   photos/a.jpg  version null  segment 12 does not authenticate
`,
  )
})

const BUCKETS = {
  buckets: [
    { name: 'archive', created: '2026-01-02T03:04:05.000Z', region: 'us-east-1' },
    {
      name: 'a-bucket-with-the-longest-name-that-is-allowed-for-any-bucket-63',
      created: '2026-11-20T14:00:00.000Z',
      region: 'eu-central-1',
    },
  ],
}

test('golden: bucket list at 80 columns', async () => {
  const { out } = await run('bucket list', { 'list-buckets': BUCKETS }, { columns: 80 })
  assert.equal(
    out,
    `NAME                                              CREATED           REGION
archive                                           2026-01-02 03:04  us-east-1
a-bucket-with-the-longest-name-that-is-allowed-…  2026-11-20 14:00  eu-central-1
`,
  )
})

test('golden: bucket list at 140 columns, and without a terminal, is whole', async () => {
  const expected = `NAME                                                              CREATED           REGION
archive                                                           2026-01-02 03:04  us-east-1
a-bucket-with-the-longest-name-that-is-allowed-for-any-bucket-63  2026-11-20 14:00  eu-central-1
`
  assert.equal((await run('bucket list', { 'list-buckets': BUCKETS }, { columns: 140 })).out, expected)
  assert.equal((await run('bucket list', { 'list-buckets': BUCKETS })).out, expected)
})

test('the forms of a list: json, jsonl, id; an empty one is a sentence on stderr', async () => {
  const answers = { 'list-buckets': BUCKETS }
  assert.deepEqual(JSON.parse((await run('bucket list --json', answers)).out), BUCKETS)
  const lines = (await run('bucket list -o jsonl', answers)).out.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line): unknown => JSON.parse(line)),
    BUCKETS.buckets,
  )
  assert.equal((await run('bucket list -o id --limit 1', answers)).out, 'archive\n')
  const empty = await run('bucket list', { 'list-buckets': { buckets: [] } })
  assert.equal(empty.out, '')
  assert.match(empty.talk, /There are no buckets/)
})

test('lists follow cursors by themselves, up to their limit', async () => {
  const page = (from: number, next?: string) => ({
    objects: [from, from + 1].map((number) => ({
      key: `k${number}`,
      size: 1,
      lastModified: '2026-01-02T03:04:05.000Z',
      etag: 'e',
      storageClass: 'STANDARD',
    })),
    groups: [],
    truncated: next !== undefined,
    ...(next === undefined ? {} : { next }),
  })
  const answers = {
    'list-objects': ({ body }: { readonly body: object }) => ('continuation' in body ? page(3) : page(1, 'more')),
  }
  assert.equal((await run('object list photos -o id', answers)).out, 'k1\nk2\nk3\nk4\n')
  const limited = await run('object list photos/a/ -o id --limit 2', answers)
  assert.equal(limited.out, 'k1\nk2\n')
  assert.deepEqual(limited.calls, [
    { kind: 'list-objects', target: { bucket: 'photos' }, body: { prefix: 'a/', delimiter: '', maxKeys: 2 } },
  ])
})

test('golden: key show', async () => {
  const answers = { 'describe-key': { key: KEY }, 'key-dependents': { key: KEY, dependents: BUSY } }
  const { out } = await run('key show old', answers)
  assert.equal(
    out,
    `id        3f2a9c1e-0000-4000-8000-000000000001
arn       arn:aws:kms:us-east-1:000000000001:key/3f2a9c1e-0000-4000-8000-000000000001
aliases   alias/old
state     enabled
origin    coffer      managed by customer
account   000000000001      region us-east-1
created   2026-01-02 03:04
rotation  off, version 3
depends   790,097 object versions, 2 uploads and 2 bucket defaults
          v3 710,085   v2 80,014
`,
  )
})

test('golden: a key that is needed cannot be deleted; nothing is asked of the server', async () => {
  const answers = { 'describe-key': { key: KEY }, 'key-dependents': { key: KEY, dependents: BUSY } }
  const { talk, calls } = await run('key delete old', answers, { answers: [], env: { NO_COLOR: '1' } })
  assert.equal(
    talk,
    `coffer: alias/old can't be scheduled for deletion: 790,097 object versions, 2 uploads and 2 bucket defaults need it.
Without it they can never be read again.
  try: coffer key depends alias/old
       coffer key disable alias/old     (can be undone at any time)
`,
  )
  assert.deepEqual(
    calls.map(({ kind }) => kind),
    ['describe-key', 'key-dependents'],
  )
})

const DELETED = { ...KEY, state: 'pending-deletion', deletion: '2026-12-20T14:05:00.000Z' }

test('a key that nothing needs is deleted after its name was typed', async () => {
  const answers = {
    'describe-key': { key: KEY },
    'key-dependents': { key: KEY, dependents: FREE },
    'schedule-key-deletion': { key: DELETED },
  }
  const typed = await run('key delete old', answers, { answers: ['alias/old'] })
  assert.equal(typed.exitCode, 0)
  assert.match(typed.talk, /pending deletion until 2026-12-20 14:05\. Undo: coffer key undelete/)
  assert.deepEqual(typed.calls.at(-1), {
    kind: 'schedule-key-deletion',
    target: { key: KEY.id },
    body: { pendingDays: 30 },
  })
  const other = await run('key delete old', answers, { answers: ['yes'] })
  assert.equal(other.exitCode, 9)
  assert.equal(other.calls.length, 2)
})

test('without a terminal there is no question: exit 9, nothing done, and the flags are named', async () => {
  const answers = { 'describe-key': { key: KEY }, 'key-dependents': { key: KEY, dependents: BUSY } }
  const { exitCode, talk, calls } = await run('key disable old', answers)
  assert.equal(exitCode, 9)
  assert.match(talk, /--yes --confirm 790101/)
  assert.equal(
    calls.some(({ kind }) => kind === 'disable-key'),
    false,
  )
})

test('--confirm has to say the present number: another one refuses, because it changed meanwhile', async () => {
  const answers = {
    'describe-key': { key: KEY },
    'key-dependents': { key: KEY, dependents: BUSY },
    'disable-key': { key: KEY },
  }
  const stale = await run('key disable old --yes --confirm 790100', answers)
  assert.equal(stale.exitCode, 5)
  assert.match(stale.talk, /now 790,101 depend/)
  assert.equal(
    stale.calls.some(({ kind }) => kind === 'disable-key'),
    false,
  )
  assert.equal((await run('key disable old --yes', answers)).exitCode, 9)
  assert.equal((await run('key disable old --yes --confirm 790101', answers)).exitCode, 0)
})

test('S3-15 (part) whoever sets a default with a key that will not work is warned, and it is saved; --strict refuses', async () => {
  const encryption = { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false, explicit: false }
  for (const [found, word] of [
    [{ key: { ...KEY, state: 'disabled' } }, 'disabled'],
    [{ key: { ...KEY, state: 'pending-deletion' } }, 'pending-deletion'],
    [{ refuse: 'key-not-found' }, 'unknown'],
  ] as const) {
    const answers = { 'get-bucket-encryption': encryption, 'describe-key': found, 'put-bucket-encryption': {} }
    const line = 'bucket encryption set photos --mode kms --key alias/x --bucket-key'
    const saved = await run(line, answers)
    assert.equal(saved.exitCode, 0)
    assert.match(saved.talk, new RegExp(`warning: the key alias/x is ${word}`))
    assert.deepEqual(saved.calls.at(-1), {
      kind: 'put-bucket-encryption',
      target: { bucket: 'photos' },
      body: { mode: 'sse-kms', key: 'alias/x', bucketKey: true },
    })
    const strict = await run(`${line} --strict`, answers)
    assert.equal(strict.exitCode, 5)
    assert.equal(
      strict.calls.some(({ kind }) => kind === 'put-bucket-encryption'),
      false,
    )
  }
})

test('S3-16 (part) the ARN is recommended where an alias is given', async () => {
  const encryption = { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false, explicit: false }
  const answers = { 'get-bucket-encryption': encryption, 'describe-key': { key: KEY }, 'put-bucket-encryption': {} }
  const { talk } = await run('bucket encryption set photos --mode kms --key alias/old', answers)
  assert.ok(talk.includes(`the ARN avoids that: --key ${KEY.arn}`))
})

test('setting what is set already is "unchanged", exit 0, and no request', async () => {
  const encryption = { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false, explicit: true }
  const { exitCode, talk, calls } = await run('bucket encryption set photos --mode s3', {
    'get-bucket-encryption': encryption,
  })
  assert.equal(exitCode, 0)
  assert.match(talk, /unchanged/)
  assert.equal(calls.length, 1)
})

test('a file is stored with its digest and fetched whole; an existing file is not replaced by itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coffer-cli-'))
  const [source, target] = [join(folder, 'a'), join(folder, 'b')]
  writeFileSync(source, 'abc')
  const put = await run(`object put ${source} photos/2026/a.jpg --mode kms --key k --content-type image/jpeg`)
  assert.equal(put.exitCode, 0, put.talk)
  const [upload] = put.uploads
  assert.equal(upload?.sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.deepEqual(
    [upload.bucket, upload.object, upload.sizeBytes, upload.encryption, upload.contentType],
    ['photos', '2026/a.jpg', 3, { mode: 'sse-kms', key: 'k' }, 'image/jpeg'],
  )
  assert.equal((await run(`object get s3://photos/a ${target}`, {}, { download: 'xyz' })).exitCode, 0)
  assert.equal(readFileSync(target, 'utf8'), 'xyz')
  assert.equal((await run(`object get photos/a ${target}`, {}, { download: 'new' })).exitCode, 5)
  assert.equal(readFileSync(target, 'utf8'), 'xyz')
  assert.equal((await run(`object get photos/a ${target} --overwrite`, {}, { download: 'new' })).exitCode, 0)
  assert.equal(readFileSync(target, 'utf8'), 'new')
  assert.equal((await run('object put /nonexistent photos/a')).exitCode, 3)
})

test('standard input and standard output carry an object', async () => {
  const put = await run('object put - photos/a', {}, { input: 'abc' })
  assert.equal(put.uploads[0]?.sizeBytes, 3)
  assert.equal((await run('object get photos/a', {}, { download: 'xyz' })).out, 'xyz')
})

test('serve hands the configuration over; stdout is the ready line alone', async () => {
  const seen: string[] = []
  const { out, exitCode, talk } = await run(
    'serve --memory --listen 127.0.0.1:0 --allow-insecure-sse-c',
    {},
    {
      host: {
        serve: (config, events) => {
          seen.push(config.rootKey.provider, String(config.listen.port), String(config.allowInsecureSseC))
          for (const warning of config.warnings) events.note(warning)
          events.ready({ api: 'http://127.0.0.1:1', region: config.region, account: config.account })
          return Promise.resolve(0)
        },
      },
    },
  )
  assert.equal(exitCode, 0)
  assert.deepEqual(seen, ['ephemeral', '0', 'true'])
  assert.equal(out, 'coffer ready api=http://127.0.0.1:1 region=us-east-1 account=000000000001\n')
  assert.match(talk, /customer keys are accepted without TLS/)
})

test('a start that is refused says so in a sentence and a step', async () => {
  const host = {
    serve: () =>
      Promise.reject(
        new HostRefusal('root-mismatch', './data belongs to another root key. Nothing was changed.', ['put it back']),
      ),
  }
  const { talk, exitCode } = await run('serve --memory', {}, { host })
  assert.equal(exitCode, 2)
  assert.equal(talk, 'coffer: ./data belongs to another root key. Nothing was changed.\n  try: put it back\n')
  const unknown = await run('serve', {}, { env: { COFFER_WORKRES: '1' } })
  assert.equal(unknown.exitCode, 2)
  assert.equal(unknown.talk, 'coffer: COFFER_WORKRES is not a setting. Did you mean COFFER_WORKERS?\n')
})

test('serve --check reports line by line and fails when one fails', async () => {
  const lines = [
    { verdict: 'ok', what: 'configuration', detail: 'no file' },
    { verdict: 'fail', what: 'root key', detail: 'missing' },
  ] as const
  const { out, exitCode } = await run(
    'serve --check --data /srv',
    {},
    { host: { check: () => Promise.resolve({ lines }) } },
  )
  assert.equal(exitCode, 1)
  assert.equal(out, 'ok    configuration      no file\nfail  root key           missing\n')
})

test('T-166 (part) a recovered secret goes to a terminal, elsewhere only when asked for', async () => {
  const host = {
    recoverRoot: () =>
      Promise.resolve({ accessKeyId: 'CFR4N7Q2ZK6M0X8WJ5TD', secret: new SecretBytes(Buffer.from('CANARY')) }),
  }
  const kept = await run('account recover-root', {}, { host })
  assert.equal(kept.exitCode, 2)
  assert.equal(`${kept.out}${kept.talk}`.includes('CANARY'), false)
  assert.match((await run('account recover-root', {}, { host, columns: 80 })).out, /secret key {3}CANARY/)
})

test('moving the root is confirmed, and the new place is read with its secret', async () => {
  const moved: string[] = []
  const host = {
    moveRoot: (_: unknown, to: { readonly provider: string }) => {
      moved.push(to.provider)
      return Promise.resolve({ place: '/secure/root.key', rootId: '22ab', left: './data/root.key' })
    },
  }
  assert.equal((await run('root move --to file:/secure/root.key', {}, { host })).exitCode, 9)
  assert.deepEqual(moved, [])
  const done = await run('root move --to file:/secure/root.key --yes', {}, { host })
  assert.equal(done.exitCode, 0)
  assert.match(done.talk, /\.\/data\/root\.key is no longer needed; old backups still need it/)
  assert.equal((await run('root move --to pkcs11:x --yes', {}, { host })).exitCode, 2)
})

test('config show says where each value came from, secrets as "set"', async () => {
  const env = { COFFER_ACCESS_KEY: 'AKIDEXAMPLE', COFFER_SECRET_KEY: 'CANARY-CANARY-CANARY', COFFER_REGION: 'eu-1' }
  const { out } = await run('config show --sources', {}, { env })
  assert.match(out, /^region +environment +COFFER_REGION +eu-1$/m)
  assert.match(out, /^secretKey +environment +COFFER_SECRET_KEY +set$/m)
  assert.equal(out.includes('CANARY'), false)
  assert.equal((await run('config get region', {}, { env: { COFFER_REGION: 'eu-1' } })).out, 'eu-1\n')
})

test('colour: only where it is wanted', async () => {
  const red = '\u001b[31m'
  const line = 'bucket creat x'
  assert.equal((await run(line)).talk.includes(red), false)
  assert.equal((await run(line, {}, { answers: [] })).talk.includes(red), true)
  assert.equal((await run(line, {}, { answers: [], env: { NO_COLOR: '' } })).talk.includes(red), false)
  assert.equal((await run(line, {}, { answers: [], env: { TERM: 'dumb' } })).talk.includes(red), false)
  assert.equal((await run(line, {}, { env: { FORCE_COLOR: '1' } })).talk.includes(red), true)
  assert.equal((await run(`${line} --color always`)).talk.includes(red), true)
  assert.equal((await run(`${line} --color=never`, {}, { answers: [] })).talk.includes(red), false)
})

test('audit search passes its question on and shows records newest first, in one line each', async () => {
  const records = [
    {
      time: '2026-11-20T14:02:11.000Z',
      requestId: '7Q2',
      action: 'kms:Decrypt',
      resource: 'arn:aws:kms:::key/x',
      caller: 'arn:aws:iam::000000000001:root',
      outcome: 'refused',
      failure: 'access-denied',
    },
    {
      time: '2026-11-20T14:01:00.000Z',
      requestId: '-',
      action: 'unknown',
      resource: 'unknown',
      caller: 'unknown',
      outcome: 'refused',
      failure: 'unknown-access-key',
      detail: { count: '50000' },
    },
  ]
  const { out, calls } = await run('audit search --result refused --since 1h --action kms:*', {
    'search-audit': { records },
  })
  assert.deepEqual(calls[0]?.body, {
    action: 'kms:*',
    outcome: 'refused',
    since: '2026-11-20T13:05:00.000Z',
    limit: 100,
  })
  assert.equal(
    out,
    `TIME                 CALLER             ACTION       RESULT   WHY                        REQUEST  RESOURCE
2026-11-20 14:02:11  000000000001:root  kms:Decrypt  refused  access-denied              7Q2      arn:aws:kms:::key/x
2026-11-20 14:01:00  unknown            unknown      refused  unknown-access-key x50000  -        unknown
`,
  )
})
