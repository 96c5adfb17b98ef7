import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** The person or the script on the other side: stdout is the answer, stderr is the talk. */
export interface Terminal {
  out(text: string): void
  /** Bytes of an object; resolves when they were taken. */
  outBytes(bytes: Uint8Array): Promise<void>
  talk(text: string): void
  readonly outIsTerminal: boolean
  readonly talkIsTerminal: boolean
  readonly inIsTerminal: boolean
  readonly columns: number
  /** IANA name of the zone in which times are shown to people. */
  readonly timeZone: string
  /** Asks on stderr, reads a line. Only where `inIsTerminal`. */
  ask(question: string): Promise<string>
  /** Asks on stderr, reads a line of which nothing is shown. Only where `inIsTerminal`. */
  askSecret(question: string): Promise<string>
  /** The whole of standard input. */
  readInput(): AsyncIterable<Uint8Array>
}

const DEFAULT_COLUMNS = 80

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process
  return {
    out: (text) => void stdout.write(text),
    outBytes: (bytes) =>
      new Promise((resolve, reject) => {
        stdout.write(bytes, (error) => (error === undefined || error === null ? resolve() : reject(error)))
      }),
    talk: (text) => void stderr.write(text),
    outIsTerminal: stdout.isTTY,
    talkIsTerminal: stderr.isTTY,
    inIsTerminal: stdin.isTTY,
    columns: stdout.isTTY ? stdout.columns : DEFAULT_COLUMNS,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ask: async (question) => {
      const lines = createInterface({ input: stdin, output: stderr })
      try {
        return await lines.question(question)
      } finally {
        lines.close()
      }
    },
    askSecret: async (question) => {
      stderr.write(question)
      // What the line editor echoes goes nowhere.
      const nowhere = new Writable({ write: (_piece, _encoding, done) => done() })
      const lines = createInterface({ input: stdin, output: nowhere, terminal: true })
      try {
        return await lines.question('')
      } finally {
        lines.close()
        stderr.write('\n')
      }
    },
    readInput: () => stdin,
  }
}
