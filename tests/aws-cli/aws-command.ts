import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { member, run, type Ran } from '../cli/coffer-command.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'
import { CHECKOUT } from '../checkout.ts'

/** An AWS CLI on this machine. */
export interface AwsCli {
  readonly program: string
  /** Such as `aws-cli/2.9.19`. */
  readonly version: string
  /** What runs it; absent: the program does not say. */
  readonly python?: string
}

/** Of each version that is found, one: an old one and a new one speak differently. */
export function findAwsClis(): readonly AwsCli[] {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/bin', '/usr/bin']
  const programs = places.map((place) => join(place, 'aws')).filter((program) => existsSync(program))
  const found = new Map<string, AwsCli>()
  for (const program of new Set(programs.map((one) => realpathSync(one)))) {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
    const version = status === 0 ? /^aws-cli\/\S+/.exec(stdout)?.[0] : undefined
    const python = pythonOf(program)
    if (version === undefined || found.has(version)) continue
    found.set(version, { program, version, ...(python === undefined ? {} : { python }) })
  }
  return [...found.values()]
}

/** The interpreter in a program's first line; behind a shim of pyenv, in that of the program it leads to. */
function pythonOf(program: string): string | undefined {
  const [line = ''] = readFileSync(program, 'latin1').split('\n', 1)
  const python = /^#!(\/\S*python[0-9.]*)\s*$/.exec(line)?.[1]
  if (python !== undefined || !program.includes('/shims/')) return python
  const { status, stdout } = spawnSync('pyenv', ['which', basename(program)], { encoding: 'utf8' })
  return status === 0 && !stdout.includes('/shims/') ? pythonOf(stdout.trim()) : undefined
}

export type Aws = (...words: readonly string[]) => Promise<Ran>

/** The CLI as the root of the test account; it reads no configuration of the person who runs the tests. */
export function awsOf(cli: AwsCli, endpoint: string, home: string, input?: Uint8Array): Aws {
  const env = {
    HOME: home,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_DEFAULT_REGION: REGION,
    AWS_CONFIG_FILE: join(home, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  }
  const { program, python } = cli
  const commands = python === undefined ? undefined : commandsOf(python, home, env)
  return (...words) => {
    const all = [...words, '--endpoint-url', endpoint]
    if (commands !== undefined) return commands.run(all, input)
    return run(program, all, { env, cwd: home, ...(input === undefined ? {} : { input }) })
  }
}

const known = new Map<string, Commands>()

function commandsOf(python: string, home: string, env: Readonly<Record<string, string>>): Commands {
  const name = `${python} ${home}`
  const commands = known.get(name) ?? new Commands(python, home, env)
  known.set(name, commands)
  return commands
}

/** Commands of one CLI: the interpreter and the CLI are loaded once, each command runs in a process of its own. */
class Commands {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #answers: AsyncIterator<string>
  readonly #folder: string
  #last: Promise<unknown> = Promise.resolve()
  #number = 0

  constructor(python: string, home: string, env: Readonly<Record<string, string>>) {
    this.#folder = join(home, '.commands')
    mkdirSync(this.#folder)
    this.#child = spawn(python, [join(CHECKOUT, 'tests', 'aws-cli', 'commands.py')], {
      cwd: home,
      env: { PATH: process.env['PATH'], TZ: 'UTC', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    // Its input ends with the tests, and so does it.
    process.once('exit', () => this.#child.kill())
    this.#rest(true)
  }

  /** One after the other. */
  run(words: readonly string[], input: Uint8Array | undefined): Promise<Ran> {
    const ran = this.#last.then(() => this.#runOne(words, input))
    this.#last = ran.catch(() => undefined)
    return ran
  }

  async #runOne(words: readonly string[], input: Uint8Array | undefined): Promise<Ran> {
    const [given, output, errors] = ['in', 'out', 'err'].map((end) => join(this.#folder, `${this.#number}.${end}`))
    if (given === undefined || output === undefined || errors === undefined) throw new Error('three names')
    this.#number += 1
    if (input !== undefined) writeFileSync(given, input)
    this.#rest(false)
    const command = { words, input: input === undefined ? '/dev/null' : given, output, errors }
    this.#child.stdin.write(`${JSON.stringify(command)}\n`)
    const line = await this.#answers.next()
    this.#rest(true)
    if (line.done === true) throw new Error('the CLI has ended')
    const code = member(line.value, 'code')
    const read = (name: string): string => readFileSync(name, 'utf8')
    return { code: typeof code === 'number' ? code : null, stdout: read(output), stderr: read(errors) }
  }

  /** While it has nothing to do, the tests do not wait for its end. */
  #rest(rests: boolean): void {
    const { stdin, stdout } = this.#child
    for (const one of [this.#child, stdin, stdout]) {
      const holder: unknown = one
      if (isHolder(holder)) holder[rests ? 'unref' : 'ref']()
    }
  }
}

function isHolder(value: unknown): value is { ref(): void; unref(): void } {
  return typeof value === 'object' && value !== null && 'unref' in value && 'ref' in value
}
