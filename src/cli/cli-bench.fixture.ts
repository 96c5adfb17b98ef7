import assert from 'node:assert/strict'
import { environmentOf } from '../config/index.ts'
import type { AdminKind, AdminResults, AdminTarget, StoredJson } from '../dialects/admin/wire.ts'
import { RefusedByServer, type AdminClient, type Download, type Upload } from './admin-client.ts'
import type { HostCommands } from './host-commands.ts'
import { runCli } from './run-cli.ts'
import type { Terminal } from './terminal.ts'

export const NOW_MS = Date.UTC(2026, 10, 20, 14, 5, 0)

export interface Call {
  readonly kind: string
  readonly target: AdminTarget
  readonly body: object
}

/** What the server answers: a result by operation, or the code of a refusal. */
export type Answers = {
  readonly [Kind in AdminKind]?: AdminResults[Kind] | Refusal | ((call: Call) => AdminResults[Kind])
}
export interface Refusal {
  readonly refuse: string
}

export interface Run {
  readonly exitCode: number
  readonly out: string
  readonly talk: string
  readonly calls: readonly Call[]
  readonly uploads: readonly Upload[]
}

export interface Person {
  /** Answers to questions; without them there is no terminal. */
  readonly answers?: readonly string[]
  readonly columns?: number
  readonly input?: string
  readonly env?: Record<string, string | undefined>
  readonly host?: Partial<HostCommands>
  readonly download?: string
}

/** Runs one command against a server that answers from a table. */
export async function run(line: string, answers: Answers = {}, person: Person = {}): Promise<Run> {
  const written = { out: '', talk: '' }
  const calls: Call[] = []
  const uploads: Upload[] = []
  const exitCode = await runCli({
    argv: line.split(' ').filter((word) => word !== ''),
    terminal: terminalOf(person, written),
    env: environmentOf(person.env ?? {}),
    execArgv: [],
    host: async () => hostOf(person.host ?? {}),
    version: '0.1.0',
    now: () => NOW_MS,
    makeClient: () => clientOf(answers, calls, uploads, person),
  })
  return { exitCode, ...written, calls, uploads }
}

function terminalOf(person: Person, written: { out: string; talk: string }): Terminal {
  const answers = [...(person.answers ?? [])]
  const interactive = person.answers !== undefined
  return {
    out: (text) => {
      written.out += text
    },
    outBytes: (bytes) => {
      written.out += Buffer.from(bytes).toString('utf8')
      return Promise.resolve()
    },
    talk: (text) => {
      written.talk += text
    },
    outIsTerminal: person.columns !== undefined,
    talkIsTerminal: interactive,
    inIsTerminal: interactive,
    columns: person.columns ?? 80,
    timeZone: 'UTC',
    ask: (question) => {
      written.talk += question
      return Promise.resolve(answers.shift() ?? assert.fail(`nobody answers: ${question}`))
    },
    askSecret: (question) => {
      written.talk += question
      return Promise.resolve(answers.shift() ?? assert.fail(`nobody answers: ${question}`))
    },
    async *readInput() {
      yield Buffer.from(person.input ?? '')
    },
  }
}

function clientOf(answers: Answers, calls: Call[], uploads: Upload[], person: Person): AdminClient {
  return {
    endpoint: 'http://127.0.0.1:9000',
    call: (kind, target, body) => {
      const call = { kind, target: target ?? {}, body: body ?? {} }
      calls.push(call)
      const answer: object | ((call: Call) => object) | undefined = answers[kind]
      if (answer === undefined) return assert.fail(`nobody expected ${kind}`)
      if (typeof answer === 'function') return Promise.resolve().then(() => answer(call) as never)
      const code = 'refuse' in answer ? answer.refuse : undefined
      if (typeof code !== 'string') return Promise.resolve(answer as never)
      return Promise.reject(new RefusedByServer(code, `refused: ${code}.`, 'REQ1'))
    },
    putObject: (upload) => {
      uploads.push(upload)
      const stored: StoredJson = {
        etag: 'e1',
        size: upload.sizeBytes,
        encryption: { mode: 'sse-s3', cipher: 'aes-256' },
      }
      return Promise.resolve(stored)
    },
    getObject: () => {
      const bytes = Buffer.from(person.download ?? '')
      const download: Download = { sizeBytes: bytes.length, body: onePiece(bytes) }
      return Promise.resolve(download)
    },
  }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function hostOf(given: Partial<HostCommands>): HostCommands {
  const unexpected = (): never => assert.fail('nobody expected a host command')
  return {
    serve: unexpected,
    check: unexpected,
    rootStatus: unexpected,
    rotateRoot: unexpected,
    moveRoot: unexpected,
    rotateClusterKey: unexpected,
    importRoot: unexpected,
    exportRoot: unexpected,
    verifyRoot: unexpected,
    recoverRoot: unexpected,
    ...given,
  }
}
