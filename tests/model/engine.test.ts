import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { proofSize } from '../proof-scale.ts'
import { EngineDriver } from './engine-driver.ts'
import { episodes, type EpisodeOptions, type OpenedStore } from './episodes.ts'

const OPTIONS: EpisodeOptions = {
  steps: 1_500,
  sideBySide: 0.1,
  streams: 0.03,
  fullParts: 0.002,
  bucketsAfter: true,
  beyondS3: true,
  passes: [0, 1, 500, 3_000, 60_000, 4 * 60 * 60_000],
  jobs: [
    'garbage',
    'done-uploads',
    'expired-uploads',
    'leftovers',
    'rotate-key',
    'rotate-service-key',
    'rotate-cluster',
    'restart',
  ],
}

async function openOnDisk(): Promise<OpenedStore> {
  const directory = mkdtempSync(join(tmpdir(), 'coffer-model-'))
  const driver = await EngineDriver.start({ kind: 'disk', directory })
  return Object.assign(driver, {
    close: async () => {
      await EngineDriver.prototype.close.call(driver)
      rmSync(directory, { recursive: true, force: true })
    },
  })
}

test('the engine over memory answers every request as the rules of S3 have it', async () => {
  await episodes('memory', proofSize(8_000, 9_000_000), OPTIONS, () => EngineDriver.start({ kind: 'memory' }))
})

test('the engine over LMDB and files does, and goes on after it was closed and opened again', async () => {
  await episodes('disk', proofSize(1_200, 1_000_000), { ...OPTIONS, steps: 600 }, openOnDisk)
})
