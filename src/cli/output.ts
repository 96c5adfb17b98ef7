import { CommandFailure, EXIT } from './exit-codes.ts'
import { renderTable, type Column } from './table.ts'
import type { Terminal } from './terminal.ts'

export type OutputFormat = 'table' | 'json' | 'jsonl' | 'id'

export const OUTPUT_FORMATS: readonly OutputFormat[] = ['table', 'json', 'jsonl', 'id']

export function parseOutputFormat(text: string): OutputFormat {
  const format = OUTPUT_FORMATS.find((one) => one === text)
  if (format === undefined) {
    throw new CommandFailure(EXIT.usage, `--output must be one of ${OUTPUT_FORMATS.join(', ')}`)
  }
  return format
}

/** How a list is shown: for people as a table, else as the admin API's JSON. */
export interface ListShape<Item> {
  /** The member of the JSON that holds the items. */
  readonly member: string
  readonly columns: readonly Column<Item>[]
  readonly id: (item: Item) => string
  /** The sentence on stderr when there is nothing. */
  readonly empty: string
}

/** Writes a list as it comes: `jsonl` and `id` at once, the others at the end. Exit 0 when empty. */
export async function writeList<Item>(
  terminal: Terminal,
  format: OutputFormat,
  shape: ListShape<Item>,
  items: AsyncIterable<Item> | Iterable<Item>,
): Promise<void> {
  const kept: Item[] = []
  let seen = 0
  for await (const item of items) {
    seen += 1
    if (format === 'jsonl') terminal.out(`${JSON.stringify(item)}\n`)
    else if (format === 'id') terminal.out(`${idLine(shape.id(item))}\n`)
    else kept.push(item)
  }
  if (format === 'json') terminal.out(`${JSON.stringify({ [shape.member]: kept }, undefined, 2)}\n`)
  if (format === 'table' && seen > 0) {
    terminal.out(renderTable(shape.columns, kept, terminal.outIsTerminal ? terminal.columns : undefined))
  }
  if (seen === 0 && format === 'table') terminal.talk(`${shape.empty}\n`)
}

/** One thing: `text` for people, the value itself as JSON, its id for scripts. */
export function writeOne(
  terminal: Terminal,
  format: OutputFormat,
  one: { readonly value: object; readonly id: string; readonly text: string },
): void {
  switch (format) {
    case 'table':
      terminal.out(one.text)
      return
    case 'json':
      terminal.out(`${JSON.stringify(one.value, undefined, 2)}\n`)
      return
    case 'jsonl':
      terminal.out(`${JSON.stringify(one.value)}\n`)
      return
    case 'id':
      terminal.out(`${idLine(one.id)}\n`)
  }
}

/** An id is one line: a name with a line break in it would look like two. */
function idLine(id: string): string {
  return /[\r\n]/.test(id) ? JSON.stringify(id) : id
}
