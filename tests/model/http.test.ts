import { test } from 'node:test'
import { proofSize } from '../proof-scale.ts'
import { episodes, type EpisodeOptions } from './episodes.ts'
import { HttpDriver } from './http-driver.ts'

const OPTIONS: EpisodeOptions = {
  steps: 400,
  sideBySide: 0.1,
  streams: 0.05,
  fullParts: 0.01,
  bucketsAfter: false,
  beyondS3: false,
  passes: [0, 1, 1_000, 3_000, 60_000],
  jobs: ['rotate-key'],
}

test('a server behind HTTP answers the official client as the rules of S3 have it', async () => {
  await episodes('http', proofSize(800, 200_000), OPTIONS, () => HttpDriver.start())
})
