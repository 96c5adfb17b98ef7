import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { CHECKOUT } from '../checkout.ts'
import { member } from '../cli/coffer-command.ts'
import { clientBench, done, skipsOf } from './client-bench.ts'

interface Python {
  readonly program: string
  readonly version: string
  /** Where its boto3 is, if not among its own packages. */
  readonly packages?: string
}

/** Of each version of boto3 on this machine, one Python that has it. */
function findBoto3(): readonly Python[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin']
  const programs = [...new Set(folders)].map((folder) => join(folder, 'python3')).filter((one) => existsSync(one))
  const packages = process.env['COFFER_TEST_BOTO3']
  const found = new Map<string, Python>()
  for (const program of programs) {
    for (const extra of packages === undefined ? [undefined] : [undefined, packages]) {
      const env = { ...process.env, ...(extra === undefined ? {} : { PYTHONPATH: extra }) }
      const { status, stdout } = spawnSync(program, ['-c', 'import boto3; print(boto3.__version__)'], {
        encoding: 'utf8',
        env,
      })
      const version = stdout.trim()
      if (status !== 0 || found.has(version)) continue
      found.set(version, { program, version, ...(extra === undefined ? {} : { packages: extra }) })
    }
  }
  return [...found.values()]
}

const MISSING = 'no boto3 on this machine'
const MISSING_DIRECTORIES = 'no boto3 of 1.33 or newer, which knows directory buckets'
const pythons = findBoto3()
if (pythons.length === 0) test('boto3 works, unmodified', skipsOf(MISSING), () => assert.fail(MISSING))
if (!pythons.some(({ version }) => knowsDirectories(version))) {
  test('boto3 and a directory bucket', skipsOf(MISSING_DIRECTORIES), () => assert.fail(MISSING_DIRECTORIES))
}

function knowsDirectories(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 1 || minor >= 33
}

for (const { program, version, packages } of pythons) {
  test(`boto3 ${version} works, unmodified`, async (t) => {
    const bench = await clientBench(t)
    const script = join(CHECKOUT, 'tests', 'clients', 'boto3_round.py')
    const env = packages === undefined ? {} : { PYTHONPATH: packages }
    const words = [script, bench.endpoint, bench.ca, bench.keyArn, bench.home]
    const said = done(await bench.program(program, env, ...words))
    assert.equal(member(said, 'version'), version)
    if (!knowsDirectories(version)) return
    // One session, asked for before anything else, and everything by it.
    const calls = ['CreateBucket', 'PutObject', 'GetObject', 'ListObjectsV2', 'DeleteObject', 'DeleteBucket']
    const seen = calls.map((call) => [call, true])
    assert.deepEqual(member(said, 'directory'), [['CreateSession', false], ...seen])
  })
}
