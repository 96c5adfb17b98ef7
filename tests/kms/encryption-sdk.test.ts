import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { buffer, text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Work } from './encryption-sdk-process.ts'
import { kmsBench } from './kms-bench.ts'

const { kms, server, newKey } = await kmsBench()
const PROGRAM = fileURLToPath(import.meta.url).replace('encryption-sdk.test', 'encryption-sdk-process')
const MESSAGE = Buffer.from('what an application keeps '.repeat(5_000))
const context = { purpose: 'test', tenant: 'a' }

interface Ended {
  readonly code: number | null
  readonly output: Buffer
  readonly error: string
}

/** Lets a process of its own do the work. */
async function inProcess(work: Omit<Work, 'endpoint'>, input: Uint8Array): Promise<Ended> {
  const argument = JSON.stringify({ endpoint: server.endpoint, ...work })
  const child = spawn(process.execPath, [PROGRAM, argument], { env: { PATH: process.env['PATH'] } })
  child.stdin.end(input)
  const code = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [output, error] = await Promise.all([buffer(child.stdout), text(child.stderr)])
  return { code: await code, output, error }
}

async function done(work: Omit<Work, 'endpoint'>, input: Uint8Array): Promise<Buffer> {
  const { code, output, error } = await inProcess(work, input)
  assert.equal(code, 0, error)
  return output
}

test('the AWS Encryption SDK encrypts in one process what another decrypts, under a KMS keyring of two keys', async () => {
  const [one, other] = [await newKey(), await newKey()]
  const sealed = await done({ what: 'encrypt', generatorKeyId: one.arn, keyIds: [other.arn], context }, MESSAGE)
  assert.equal(sealed.includes('what an application keeps'), false)
  const both = { what: 'decrypt', generatorKeyId: one.arn, keyIds: [other.arn], context } as const
  assert.deepEqual(await done(both, sealed), MESSAGE)
  // Either key alone is enough, and so is whichever the message names.
  for (const keyIds of [[one.arn], [other.arn], []]) {
    assert.deepEqual(await done({ what: 'decrypt', keyIds, context }, sealed), MESSAGE)
  }
  await kms.send(new DisableKeyCommand({ KeyId: one.id }))
  assert.deepEqual(await done(both, sealed), MESSAGE)
  const alone = await inProcess({ what: 'decrypt', keyIds: [one.arn], context }, sealed)
  assert.equal(alone.code, 1)
  assert.match(alone.error, /unencryptedDataKey|is disabled|unable to decrypt/i)
  await kms.send(new EnableKeyCommand({ KeyId: one.id }))
  assert.deepEqual(await done({ what: 'decrypt', keyIds: [one.arn], context }, sealed), MESSAGE)
})

test('a message opens under no other key, no other context, and not when one byte of it is another', async () => {
  const [one, other] = [await newKey(), await newKey()]
  const sealed = await done({ what: 'encrypt', generatorKeyId: one.arn, context }, MESSAGE)
  const open = (more: Partial<Work>, input: Uint8Array = sealed) =>
    inProcess({ what: 'decrypt', keyIds: [one.arn], context, ...more }, input)
  assert.equal((await open({})).code, 0)
  assert.equal((await open({ keyIds: [other.arn] })).code, 1)
  assert.match((await open({ context: { tenant: 'b' } })).error, /the context is not the one for tenant/)
  // The context lies in the message's head and is what KMS is asked with: another one there is another ciphertext's.
  const swapped = Buffer.from(sealed)
  const at = swapped.indexOf('tenant')
  assert.ok(at > 0)
  swapped.write('tenanX', at)
  const foreign = await open({ context: {} }, swapped)
  assert.deepEqual([foreign.code, foreign.output.length], [1, 0])
  const damaged = Buffer.from(sealed)
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 200) ^ 1, damaged.length - 200)
  assert.equal((await open({}, damaged)).code, 1)
})
