import { execFileSync } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnServer, type SpawnedCoffer } from '../servers.ts'
import { CHECKOUT } from '../checkout.ts'

/** A call of the system on files whose path has `of` in it. `meta`: the write of LMDB's first two pages. */
export interface DiskRule {
  readonly call: 'create' | 'write' | 'meta' | 'sync' | 'read' | 'unlink'
  readonly of: string
  readonly error?: 'ENOSPC' | 'EIO' | 'EDQUOT'
  /**
   * `fail`: it is not done. `done`: it is done, and then said to have failed. `short`: half of it is done. `stuck`: it is
   * done when the rule is gone.
   */
  readonly how?: 'fail' | 'done' | 'short' | 'stuck'
}

const NUMBERS = { EIO: 5, ENOSPC: 28, EDQUOT: 122 } as const

function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Why the tests with a failing disk cannot run here. */
export const FAILING_DISK_MISSING =
  process.env['COFFER_TEST_REQUIRE'] === 'all' || (process.platform === 'linux' && hasCompiler())
    ? false
    : 'needs Linux and a C compiler (Debian: gcc libc6-dev)'

/** A server whose disk fails when the test says so; the clients' view of it is what the test looks at. */
export class FailingDisk {
  readonly #directory = mkdtempSync(join(tmpdir(), 'coffer-disk-'))
  readonly #library = join(this.#directory, 'failing-disk.so')
  readonly #rules = join(this.#directory, 'rules')

  constructor() {
    const source = join(CHECKOUT, 'tests', 'faults', 'failing-disk.c')
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', this.#library, source, '-ldl'])
    this.set()
  }

  /** From the next call of any process on. Without rules the disk is well. */
  set(...rules: readonly DiskRule[]): void {
    const lines = rules.map(({ call, of, error, how = 'fail' }) =>
      [call, of, error === undefined ? 0 : NUMBERS[error], how].join(' '),
    )
    writeFileSync(`${this.#rules}.new`, lines.map((line) => `${line}\n`).join(''))
    renameSync(`${this.#rules}.new`, this.#rules)
  }

  start(data: string, workers: number, env: Readonly<Record<string, string>> = {}): Promise<SpawnedCoffer> {
    const passing = join(CHECKOUT, 'dist', 'tests', 'faults', 'pass-environment.js')
    return spawnServer({
      data,
      workers,
      env: { LD_PRELOAD: this.#library, FAILING_DISK: this.#rules, COFFER_DEBUG: '1', ...env },
      nodeFlags: ['--import', `file://${passing}`],
    })
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
