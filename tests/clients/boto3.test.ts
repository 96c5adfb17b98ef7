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
}

/** Of each version of boto3 on this machine, one Python that has it. */
function findBoto3(): readonly Python[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin']
  const programs = [...new Set(folders)].map((folder) => join(folder, 'python3')).filter((one) => existsSync(one))
  const found = new Map<string, Python>()
  for (const program of programs) {
    const words = ['-c', 'import boto3; print(boto3.__version__)']
    const { status, stdout } = spawnSync(program, words, { encoding: 'utf8' })
    const version = stdout.trim()
    if (status === 0 && !found.has(version)) found.set(version, { program, version })
  }
  return [...found.values()]
}

const MISSING = 'no boto3 on this machine'
const pythons = findBoto3()
if (pythons.length === 0) test('boto3 works, unmodified', skipsOf(MISSING), () => assert.fail(MISSING))

/** From 1.33 on. Debian 12 has an older one: there, the sessions of directory buckets are proved by the JavaScript client alone. */
function knowsDirectories(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 1 || minor >= 33
}

for (const { program, version } of pythons) {
  test(`boto3 ${version} works, unmodified`, async (t) => {
    const bench = await clientBench(t)
    const script = join(CHECKOUT, 'tests', 'clients', 'boto3_round.py')
    const words = [script, bench.endpoint, bench.ca, bench.keyArn, bench.home]
    const said = done(await bench.program(program, {}, ...words))
    assert.equal(member(said, 'version'), version)
    if (!knowsDirectories(version)) return
    // One session, asked for before anything else, and everything by it.
    const calls = ['CreateBucket', 'PutObject', 'GetObject', 'ListObjectsV2', 'DeleteObject', 'DeleteBucket']
    const seen = calls.map((call) => [call, true])
    assert.deepEqual(member(said, 'directory'), [['CreateSession', false], ...seen])
  })
}
