import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Ran } from '../cli/coffer-command.ts'
import { bodyOf } from '../independent-reader/written-objects.ts'
import type { Aws, AwsCli } from './aws-command.ts'
import type { RecordingProxy } from './recording-proxy.ts'

/** What a step has: a CLI, the server behind a proxy, a folder of its own, a KMS key. The bucket is `work`. */
export interface Bench {
  readonly aws: Aws
  readonly proxy: RecordingProxy
  readonly home: string
  readonly keyArn: string
  readonly cli: AwsCli
}

export type Step = (bench: Bench, t: TestContext) => Promise<void>

/** The command ended well. */
export function done(ran: Ran): string {
  assert.equal(ran.code, 0, ran.stderr || ran.stdout)
  return ran.stdout
}

/** A file with bytes of its own. */
export function fileOf(bench: Bench, name: string, size: number): { readonly path: string; readonly bytes: Buffer } {
  const path = join(bench.home, name)
  const bytes = bodyOf(name, size)
  writeFileSync(path, bytes)
  return { path, bytes }
}

/** `s3api` with the bucket of this test. */
export async function api(bench: Bench, operation: string, ...words: readonly string[]): Promise<string> {
  return done(await bench.aws('s3api', operation, '--bucket', 'work', ...words))
}
