import { readFileSync } from 'node:fs'

/*
 * Loaded into a server by `--import <this file>?ms=<n>` or `?file=<path>`: its clock is that much ahead, so that what has to
 * wait a minute is due now. The number in a file may grow while the server runs.
 */
const { searchParams } = new URL(import.meta.url)
const LOOK_EVERY_MS = 20
const file = searchParams.get('file')
let aheadMs = Number(searchParams.get('ms'))
const real = Date.now.bind(Date)
Date.now = () => real() + aheadMs

if (file !== null) {
  const look = (): void => {
    aheadMs = Number(readFileSync(file, 'latin1'))
  }
  look()
  setInterval(look, LOOK_EVERY_MS).unref()
}
