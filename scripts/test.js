// `npm test`: the linters and every compiled test file, a few at a time, with a line for each as it ends.
// Arguments choose files by a part of their path: `npm test -- kms tests/s3`.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const wanted = process.argv.slice(2)
const FILE_TIMEOUT_MS = 6 * 60_000
/** One more than cores: what waits for a browser or a server's start leaves one idle. */
const AT_ONCE = availableParallelism() + 1

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return testFiles(path)
    return entry.name.endsWith('.test.js') ? [path] : []
  })
}

/** Long ones first, so that the last minutes are not spent waiting for one file. */
function weight(path) {
  return path.includes('crash') ? 0 : path.includes(join('dist', 'tests')) ? 1 : 2
}

const LINTERS = {
  eslint: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  prettier: [
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '--log-level',
    'warn',
    'src',
    'tests',
    'bench',
    'scripts',
    'bin',
    'console/src',
    'console/scripts',
  ],
}

function lint(name) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, LINTERS[name], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.on('close', (code) => {
      process.stdout.write(code === 0 ? `lint: ${name} ok\n` : `lint: ${name} FAILED\n${output}\n`)
      resolve(code === 0)
    })
  })
}

function runFile(path) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--test-reporter=tap', '--enable-source-maps', path], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    const timer = setTimeout(() => {
      output += `\nnot ok - the file took longer than ${FILE_TIMEOUT_MS} ms\n`
      child.kill('SIGKILL')
    }, FILE_TIMEOUT_MS)
    child.on('close', (code) => {
      clearTimeout(timer)
      const count = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(output)?.[1] ?? 0)
      const skips = [...output.matchAll(/^\s*ok \d+ - .* # SKIP ?(.*)$/gm)].map((match) => match[1])
      resolve({
        path,
        ok: code === 0,
        passed: count('pass'),
        failed: count('fail') + count('cancelled'),
        skips,
        output,
      })
    })
  })
}

const started = Date.now()
let lintOk = true
const files = testFiles(dist)
  .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
  .sort((left, right) => weight(left) - weight(right) || left.localeCompare(right))
const totals = { passed: 0, failed: 0, skipped: 0 }
const broken = []
const skipped = new Map()
let ended = 0

async function runTestFile(path) {
  const startedAt = Date.now()
  const result = await runFile(path)
  ended += 1
  totals.passed += result.passed
  totals.failed += result.failed + (result.ok || result.failed > 0 ? 0 : 1)
  totals.skipped += result.skips.length
  for (const reason of result.skips) skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
  if (!result.ok) broken.push(result)
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  const mark = result.ok ? 'ok  ' : 'FAIL'
  process.stdout.write(
    `[${ended}/${files.length}] ${mark} ${relative(dist, path)} (${result.passed} tests, ${seconds} s)\n`,
  )
}

async function worker(queue) {
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) await job()
}

// The linters take one core each, so they run beside the first tests.
const linters = wanted.length > 0 ? [] : Object.keys(LINTERS)
const queue = [
  ...linters.map((name) => async () => {
    if (!(await lint(name))) lintOk = false
  }),
  ...files.map((path) => () => runTestFile(path)),
]
await Promise.all(Array.from({ length: AT_ONCE }, () => worker(queue)))
for (const result of broken) {
  process.stdout.write(`\n---- ${relative(dist, result.path)}\n${result.output.slice(-12_000)}\n`)
}
for (const [reason, count] of skipped) process.stdout.write(`skipped ${count}: ${reason}\n`)
process.stdout.write(
  `\n${((Date.now() - started) / 1000).toFixed(0)} s, load ${loadavg()[0]?.toFixed(1)}${lintOk ? '' : ', lint FAILED'}\n`,
)
const mustNotSkip = process.env.COFFER_TEST_REQUIRE === 'all' && totals.skipped > 0
if (mustNotSkip) process.stdout.write('COFFER_TEST_REQUIRE=all: nothing may be skipped.\n')
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
process.exit(lintOk && totals.failed === 0 && broken.length === 0 && !mustNotSkip && files.length > 0 ? 0 : 1)
