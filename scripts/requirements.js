// `npm run requirements`: for each row of docs/requirements.md (and each attack that a test names), which tests show it.
// A test shows a row by carrying its ID in its name, or in the first cell of the table that it goes through. `--missing` prints only rows that nothing shows yet.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const ROW = /^\|\s*((?:S3|OSS|OBSA|OBSB|COS)-\d+)\s*\|\s*([^|]+)\|/
const ID = /\b((?:S3|OSS|OBSA|OBSB|COS|T)-\d+)(?:\s*(?:to|\.\.)\s*(?:[A-Z0-9]+-)?(\d+))?/g
const TITLE = /\b(?:test|it|describe|suite)\(\s*(['"`])((?:(?!\1).)+)\1/g

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return testFiles(path)
    return /\.(test|spec)\.tsx?$/.test(entry.name) ? [path] : []
  })
}

/** The IDs in a title, ranges spelled out: `S3-97 to S3-99` names three. */
function idsIn(title) {
  return [...title.matchAll(ID)].flatMap(([, id, last]) => {
    if (last === undefined) return [id]
    const [family, first] = id.split('-')
    const ids = []
    for (let number = Number(first); number <= Number(last); number++) {
      ids.push(`${family}-${String(number).padStart(first.length, '0')}`)
    }
    return ids
  })
}

/** The first cell of a table of cases, which goes into the title: `['OBSA-24 OBSA-29', ...]`. */
const CASE = /\[\s*'((?:S3|OSS|OBSA|OBSB|COS|T)-\d[^'\n]*)'/g

const shown = new Map()
function show(text, path) {
  for (const id of idsIn(text)) shown.set(id, [...(shown.get(id) ?? []), `${relative(root, path)}: ${text}`])
}
for (const folder of ['src', 'tests']) {
  for (const path of testFiles(join(root, folder))) {
    const source = readFileSync(path, 'utf8')
    for (const [, , title] of source.matchAll(TITLE)) show(title, path)
    for (const [, cell] of source.matchAll(CASE)) show(cell, path)
  }
}

const rows = readFileSync(join(root, 'docs', 'requirements.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const match = ROW.exec(line)
    return match ? [{ id: match[1], text: match[2].trim() }] : []
  })
const onlyMissing = process.argv.includes('--missing')
let missing = 0
for (const { id, text } of rows) {
  const tests = shown.get(id) ?? []
  if (tests.length === 0) missing += 1
  if (onlyMissing && tests.length > 0) continue
  process.stdout.write(`${id}  ${text.slice(0, 100)}\n`)
  for (const test of tests) process.stdout.write(`    ${test}\n`)
  if (tests.length === 0) process.stdout.write('    nothing shows this yet\n')
}
const threats = [...shown.keys()].filter((id) => id.startsWith('T-')).sort()
if (!onlyMissing) {
  process.stdout.write('\nAttacks (docs/threat-model.md)\n')
  for (const id of threats) {
    process.stdout.write(`${id}\n`)
    for (const test of shown.get(id)) process.stdout.write(`    ${test}\n`)
  }
}
process.stdout.write(
  `\n${rows.length - missing} of ${rows.length} rows shown, ${missing} not yet; ${threats.length} attacks have tests\n`,
)
