import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A token of SoftHSM 2, a real implementation of PKCS#11 in software. */
export interface SoftToken {
  readonly label: string
  readonly modulePath: string
  readonly pin: string
  readonly pinFile: string
  /** For processes that are to see it; set in this one. */
  readonly env: { readonly SOFTHSM2_CONF: string }
  /** Takes the token away, with everything in it, or brings it back. */
  takeAway(): void
  bringBack(): void
  remove(): void
}

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
]
const MODULE = MODULES.find((path) => existsSync(path))
const PIN = '86420975'
const SO_PIN = '75318642'

function hasBinding(): boolean {
  try {
    createRequire(import.meta.url)('pkcs11js')
    return true
  } catch {
    return false
  }
}

const HINT = 'needs SoftHSM 2 (Debian: softhsm2) and the compiled binding (npm rebuild pkcs11js)'

/** For the options of a test: left out where there is no SoftHSM, never where everything is required. */
export const NEEDS_TOKEN: { readonly skip?: string } =
  process.env['COFFER_TEST_REQUIRE'] === 'all' || (MODULE !== undefined && hasBinding()) ? {} : { skip: HINT }

/** A fresh token, by default of a label of its own, in a directory of its own. The variable that SoftHSM finds it by is set in this process. */
export function softToken(label = `coffer ${randomBytes(4).toString('hex')}`): SoftToken {
  if (MODULE === undefined) throw new Error(HINT)
  const directory = mkdtempSync(join(tmpdir(), 'coffer-token-'))
  const tokens = join(directory, 'tokens')
  const config = join(directory, 'softhsm2.conf')
  const pinFile = join(directory, 'pin')
  mkdirSync(tokens)
  writeFileSync(config, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  writeFileSync(pinFile, `${PIN}\n`, { mode: 0o600 })
  process.env['SOFTHSM2_CONF'] = config
  const words = ['--init-token', '--free', '--label', label, '--so-pin', SO_PIN, '--pin', PIN]
  const made = spawnSync('softhsm2-util', words, { env: { ...process.env, SOFTHSM2_CONF: config }, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`softhsm2-util: ${made.stderr}`)
  return {
    ...{ label, modulePath: MODULE, pin: PIN, pinFile, env: { SOFTHSM2_CONF: config } },
    takeAway: () => renameSync(tokens, `${tokens}.away`),
    bringBack: () => renameSync(`${tokens}.away`, tokens),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
