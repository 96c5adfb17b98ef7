import { register } from 'node:module'

/*
 * Loaded into a server by `--import <this file>`: parts of one byte are large enough, so that an upload of hundreds of
 * parts, which needs more pages than one commit takes, is quick to make.
 */
const SMALLEST = /\b(MIN_PART_BYTES(?:\$\d+)?) = (?:5 \* 1024 \* 1024|5242880)/
const loader = `export async function load(url, context, next) {
  const loaded = await next(url, context)
  if (!url.includes('/dist/') || !${String(SMALLEST)}.test(String(loaded.source))) return loaded
  return { ...loaded, source: String(loaded.source).replace(${String(SMALLEST)}, '$1 = 1') }
}`
register(`data:text/javascript,${encodeURIComponent(loader)}`)
