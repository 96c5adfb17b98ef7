import { spawnSync } from 'node:child_process'

const PYTHON = spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0

/** For tests that show a command on a pseudo-terminal, which Python opens for them. */
export const NEEDS_TERMINAL: { readonly skip?: string } =
  PYTHON || process.env['COFFER_TEST_REQUIRE'] === 'all'
    ? {}
    : { skip: 'python3 is not here; it opens a pseudo-terminal' }
