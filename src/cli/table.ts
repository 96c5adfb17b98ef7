/** One column of a table for people. */
export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string
  /** Numbers stand right. */
  readonly right?: boolean
  /** May be cut when the terminal is narrow; at most one column of a table. */
  readonly flexible?: boolean
}

const GAP = '  '
const MIN_FLEXIBLE = 8

/** Control characters in names would let an object's name write to the terminal. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => `\\u{${found.charCodeAt(0).toString(16)}}`)
}

/** Characters as a terminal counts them, near enough: code points; wide ones of East Asia and emoji count two. */
export function width(text: string): number {
  let cells = 0
  for (const character of text)
    cells +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1
  return cells
}

/** Titles and rows, aligned. `columns`: the width to keep, or undefined for as wide as it comes (no terminal). */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], limit?: number): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.value(row))))
  const titles = columns.map(({ title }) => title)
  const widths = columns.map((_, index) => Math.max(...[titles, ...cells].map((line) => width(line[index] ?? ''))))
  narrow(columns, widths, limit)
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => pad(cut(text, widths[index] ?? 0), widths[index] ?? 0, columns[index]?.right === true))
      .join(GAP)
      .trimEnd()
  return `${[titles, ...cells].map(line).join('\n')}\n`
}

function narrow<Row>(columns: readonly Column<Row>[], widths: number[], limit: number | undefined): void {
  const flexible = columns.findIndex((column) => column.flexible === true)
  if (limit === undefined || flexible < 0) return
  const total = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (columns.length - 1)
  widths[flexible] = Math.max(MIN_FLEXIBLE, (widths[flexible] ?? 0) - Math.max(0, total - limit))
}

function cut(text: string, cells: number): string {
  if (width(text) <= cells) return text
  let kept = ''
  for (const character of text) {
    if (width(kept) + width(character) > cells - 1) break
    kept += character
  }
  return `${kept}…`
}

function pad(text: string, cells: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, cells - width(text)))
  return right ? blanks + text : text + blanks
}

/** Names and values below each other, aligned. */
export function renderFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  const longest = Math.max(...facts.map(([name]) => width(name)))
  return (
    facts.map(([name, value]) => `${pad(name, longest, false)}${GAP}${printable(value)}`.trimEnd()).join('\n') + '\n'
  )
}
