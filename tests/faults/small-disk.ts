import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own, as large as the test says. */
export class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'coffer-small-disk-'))

  constructor(sizeMib: number) {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m,mode=0700`, 'tmpfs', this.path], {
        stdio: 'ignore',
      })
    } catch (error) {
      rmdirSync(this.path)
      throw error
    }
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path)
    return bavail * bsize
  }

  /** What somebody else keeps on the disk: so much that `leaveBytes` are free. */
  fill(leaveBytes: number): void {
    appendFileSync(this.#ballast, Buffer.alloc(Math.max(0, this.freeBytes - leaveBytes)))
  }

  makeRoom(): void {
    rmSync(this.#ballast, { force: true })
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.path], { stdio: 'ignore' })
    rmdirSync(this.path)
  }

  get #ballast(): string {
    return join(this.path, 'ballast')
  }
}

/** Why there can be no small disk here. */
export const SMALL_DISK_MISSING =
  process.env['COFFER_TEST_REQUIRE'] === 'all' || (process.platform === 'linux' && canMount())
    ? false
    : 'needs Linux and the right to mount a small file system (root)'

function canMount(): boolean {
  try {
    new SmallDisk(1).remove()
    return true
  } catch {
    return false
  }
}
