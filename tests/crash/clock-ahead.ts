/*
 * Loaded into a server by `--import <this file>?ms=<n>`: its clock is that much ahead, so that what has to wait a
 * minute is due now.
 */
const aheadMs = Number(new URL(import.meta.url).searchParams.get('ms'))
const real = Date.now.bind(Date)
Date.now = () => real() + aheadMs
