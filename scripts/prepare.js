// Makes a fresh clone ready: installs what the lock file names, and builds when a source is newer than the build.
// Needs Node and npm only. Install scripts stay off: no dependency needs one.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`coffer: Node.js ${process.versions.node} is too old. Coffer needs 20.19 or newer.\n`)
  process.exit(2)
}

const INSTALL_STAMP = join(root, 'node_modules', '.coffer-installed')
const BUILD_STAMP = join(root, 'dist', '.coffer-built')
const CONSOLE_STAMP = join(root, 'console', 'dist', '.coffer-built')
/** Everything in `console` but what the build itself makes, and the types that it shares with the server. */
const CONSOLE_SOURCES = [
  ...(existsSync(join(root, 'console')) ? readdirSync(join(root, 'console')) : [])
    .filter((name) => name !== 'dist' && name !== 'node_modules')
    .map((name) => join('console', name)),
  join('src', 'dialects', 'admin'),
]

function changedSince(stamp, paths) {
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  return paths.some((path) => newest(join(root, path)) > built)
}

function newest(path) {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0)
}

function run(say, command, args) {
  process.stderr.write(`${say}\n`)
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) {
    process.stderr.write(`coffer: ${command} ${args.join(' ')} failed.\n`)
    process.exit(1)
  }
}

if (changedSince(INSTALL_STAMP, ['package-lock.json'])) {
  run('Installing, only this once ...', 'npm', [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  writeFileSync(INSTALL_STAMP, '')
}
if (changedSince(BUILD_STAMP, ['src', 'tests', 'bench', 'scripts/bundle.js', 'tsconfig.json', 'package-lock.json'])) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run('Building, about 20 s, only this once ...', process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.json',
  ])
  run('Bundling, about 2 s, only this once ...', process.execPath, ['scripts/bundle.js'])
  writeFileSync(BUILD_STAMP, '')
}
// The console is optional: a checkout without its sources, or an install without its tools, serves everything else.
if (existsSync(join(root, 'console', 'index.html')) && changedSince(CONSOLE_STAMP, CONSOLE_SOURCES)) {
  run('Building the console, about 10 s, only this once ...', 'npm', [
    'run',
    'build',
    '--workspace',
    'console',
    '--silent',
  ])
  writeFileSync(CONSOLE_STAMP, '')
}
