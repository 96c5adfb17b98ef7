import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { memoryServer, testDirectory } from './servers.ts'

test('a server that keeps nothing serves HTTPS too, and leaves no certificate on the disk', async () => {
  const directory = testDirectory()
  const before = process.cwd()
  process.chdir(directory.path)
  try {
    const server = await memoryServer({ settings: { COFFER_TLS: 'self-signed' } })
    assert.match(server.endpoint, /^https:/)
    await server.close()
    assert.deepEqual(readdirSync(directory.path), [])
  } finally {
    process.chdir(before)
    directory.remove()
  }
})
