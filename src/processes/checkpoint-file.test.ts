import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CHECKPOINT_FILE, checkpointFile } from './checkpoint-file.ts'

const NOTE = 'coffer-audit/1\n1\nAAAA\n\n— coffer-audit/1 BBBB\n'

test('checkpoints are appended, for the owner only; what a crash left of one is marked, and nothing is overwritten', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'checkpoints-'))
  t.after(() => rmSync(data, { recursive: true }))
  const file = checkpointFile(data)
  assert.equal(await file.read(), undefined)
  await file.append(NOTE)
  await file.append(NOTE)
  const path = join(data, CHECKPOINT_FILE)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(await file.read(), `${NOTE}\n${NOTE}`)
  for (const torn of ['coffer-audit/1\n2', 'coffer-audit/1\n2\n', 'coffer-audit/1\n2\nAAAA\n\n']) {
    writeFileSync(path, `${NOTE}\n${torn}`)
    await file.append(NOTE)
    assert.equal(readFileSync(path, 'utf8'), `${NOTE}\n${torn}\n— interrupted\n\n${NOTE}`)
  }
})
