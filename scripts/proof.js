// `npm run proof`: the long size of every proof (crashes, faults, models, fuzzing), one file after the other.
//   npm run proof -- [--only text] [--seed s] [--seconds n]
// --only    files whose path holds this text; may be given more than once
// --seed    repeats the random choices of a run; each failure prints the seed it had
// --seconds time for each proof that runs by the clock (120)
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: String(Date.now()) },
    seconds: { type: 'string', default: '120' },
  },
})

function proofFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return proofFiles(path)
    return entry.name.endsWith('.test.js') && readFileSync(path, 'utf8').includes('proof-scale.js') ? [path] : []
  })
}

const files = proofFiles(dist).filter(
  (path) => values.only.length === 0 || values.only.some((text) => path.includes(text)),
)
if (files.length === 0) {
  process.stderr.write('no proof has a path with that text\n')
  process.exit(2)
}
process.stdout.write(`seed ${values.seed}\n`)
const env = { ...process.env, COFFER_PROOF: '1', COFFER_PROOF_SEED: values.seed, COFFER_PROOF_SECONDS: values.seconds }
let failed = 0
for (const [index, path] of files.entries()) {
  process.stdout.write(`\n[${index + 1}/${files.length}] ${relative(dist, path)}\n`)
  const done = spawnSync(process.execPath, ['--test-reporter=spec', '--enable-source-maps', path], {
    cwd: root,
    env,
    stdio: 'inherit',
  })
  if (done.status !== 0) failed += 1
}
process.stdout.write(`\n${files.length - failed} of ${files.length} proofs hold, seed ${values.seed}\n`)
process.exit(failed === 0 ? 0 : 1)
