import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderFacts, renderTable, width, type Column } from './table.ts'

interface Row {
  readonly name: string
  readonly bytes: string
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'SIZE', value: ({ bytes }) => bytes, right: true },
  { title: 'NAME', value: ({ name }) => name, flexible: true },
]
const ROWS: readonly Row[] = [
  { bytes: '17 B', name: 'a.jpg' },
  { bytes: '3.1 TiB', name: 'a/very/long/name/that/does/not/fit/a/narrow/terminal.bin' },
]

test('golden: columns are aligned, numbers stand right', () => {
  assert.equal(
    renderTable(COLUMNS, ROWS),
    `   SIZE  NAME
   17 B  a.jpg
3.1 TiB  a/very/long/name/that/does/not/fit/a/narrow/terminal.bin
`,
  )
})

test('golden: a narrow terminal cuts the flexible column, and every line fits', () => {
  const text = renderTable(COLUMNS, ROWS, 30)
  assert.equal(text, '   SIZE  NAME\n   17 B  a.jpg\n3.1 TiB  a/very/long/name/tha…\n')
  for (const line of text.split('\n')) assert.ok(width(line) <= 30)
})

test('wide characters keep the columns aligned', () => {
  const columns: readonly Column<Row>[] = [COLUMNS[1] ?? assert.fail(), COLUMNS[0] ?? assert.fail()]
  const text = renderTable(columns, [
    { name: '語語', bytes: '1 B' },
    { name: 'abcd', bytes: '2 B' },
  ])
  assert.equal(text, 'NAME  SIZE\n語語   1 B\nabcd   2 B\n')
})

test('a name cannot write to the terminal', () => {
  const text = renderTable(COLUMNS, [{ name: 'a\u001b[31m\nb\u202ec', bytes: '' }])
  assert.equal(text, 'SIZE  NAME\n      a\\u{1b}[31m\\u{a}b\\u{202e}c\n')
  assert.equal(renderFacts([['key', 'x\ny']]), 'key  x\\u{a}y\n')
})
