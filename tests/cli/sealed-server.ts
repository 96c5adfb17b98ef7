import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ListBucketsCommand, S3ServiceException } from '@aws-sdk/client-s3'
import { ACCESS_KEY, s3Client, SECRET_KEY } from '../servers.ts'
import { clientOf, COFFER } from './coffer-command.ts'

const LIMIT_MS = 30_000

export interface SealedServer {
  readonly endpoint: string
  stdout(): string
  stderr(): string
  stop(): Promise<number | null>
}

/** A start that is expected to answer sealed; resolves with its address. */
export async function serveSealed(t: TestContext, env: Readonly<Record<string, string>>): Promise<SealedServer> {
  const child = spawn(process.execPath, [COFFER, 'serve'], {
    env: {
      ...{ PATH: process.env['PATH'], COFFER_LISTEN: '127.0.0.1:0', COFFER_WORKERS: '1' },
      ...{ COFFER_ACCESS_KEY: ACCESS_KEY, COFFER_SECRET_KEY: SECRET_KEY, ...env },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  t.after(() => child.kill('SIGKILL'))
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString('utf8')))
  const endpoint = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not sealed: ${stderr}`)), LIMIT_MS)
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString('utf8')
      const url = /answers at (\S+?),/.exec(stderr)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    })
    void ended.then((code) => reject(new Error(`ended with ${code}: ${stderr}`)))
  })
  return {
    ...{ endpoint, stdout: () => stdout, stderr: () => stderr },
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

export async function assertSealed(endpoint: string): Promise<void> {
  const ready = await fetch(`${endpoint}/-/ready`)
  assert.equal(ready.status, 503)
  assert.match(await ready.text(), /sealed/)
  assert.equal((await fetch(`${endpoint}/-/live`)).status, 200)
  const client = s3Client({ endpoint })
  await assert.rejects(
    client.send(new ListBucketsCommand({})),
    (error: unknown) => error instanceof S3ServiceException && error.$metadata.httpStatusCode === 503,
  )
  client.destroy()
  const status = await clientOf(endpoint)('status')
  assert.equal(status.code, 6, status.stderr)
  assert.match(status.stderr, /sealed/)
}

/** Resolves with the address of a server that was sealed, once it serves. */
export async function readyAgain(sealed: SealedServer): Promise<string> {
  const deadline = performance.now() + LIMIT_MS
  while (!sealed.stdout().includes('coffer ready') && performance.now() < deadline) await setImmediate()
  return /api=(\S+)/.exec(sealed.stdout())?.[1] ?? assert.fail(sealed.stderr())
}
