import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../checkout.ts'
import { COFFER, run } from './coffer-command.ts'

const FOLDER = join(CHECKOUT, 'tests', 'cli', 'golden')

/** Sets the width of a new pseudo-terminal, runs the command on it, passes on what it wrote. */
const PTY = `
import fcntl, os, pty, struct, sys, termios
columns, words = int(sys.argv[1]), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    os.execvp(words[0], words)
shown = b''
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`

/**
 * Compares what a command shows on a terminal of this width with its golden file. Times become `0`, since they pass.
 * A golden file that is not there is written, and the test fails: somebody has to look at it first.
 */
export async function golden(
  name: string,
  columns: number,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const ran = await run('python3', ['-c', PTY, String(columns), process.execPath, COFFER, ...words], { env, cwd: '/' })
  assert.equal(ran.code, 0, ran.stdout)
  const shown = ran.stdout
    .replaceAll('\r\n', '\n')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, (time) => '0'.repeat(time.length))
  for (const line of shown.split('\n')) assert.ok(cells(line) <= columns, `${cells(line)} cells: ${line}`)
  const path = join(FOLDER, `${name}.txt`)
  if (!existsSync(path)) {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(path, shown)
    assert.fail(`${path} is new: look at it`)
  }
  assert.equal(shown, readFileSync(path, 'utf8'))
}

/** Characters of East Asia take two cells. */
function cells(line: string): number {
  return line.length + (line.match(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3]/g)?.length ?? 0)
}
