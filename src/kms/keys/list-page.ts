import { refuse, type KeyListPage } from '../../operations/index.ts'

export const MAX_LIST_ITEMS = 1_000

/**
 * A part of a list that is known whole. `nameOf`: unique names of its items, in whose order they are listed. Refused with
 * `invalid-marker`: a mark that is no name, and a limit that is none.
 */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  page: KeyListPage | undefined,
): { readonly items: readonly Item[]; readonly next?: string } {
  const sorted = [...items].sort((left, right) => compare(nameOf(left), nameOf(right)))
  if (page === undefined) return { items: sorted }
  const { limit, after } = demandPage(page)
  const rest = after === undefined ? sorted : sorted.filter((item) => compare(nameOf(item), after) > 0)
  const shown = rest.slice(0, limit)
  const last = shown.at(-1)
  return rest.length > shown.length && last !== undefined ? { items: shown, next: nameOf(last) } : { items: shown }
}

export function demandPage(page: KeyListPage): KeyListPage {
  const { limit, after } = page
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIST_ITEMS) {
    return refuse({ kind: 'invalid-argument', argument: 'Limit', detail: `1 to ${MAX_LIST_ITEMS}` })
  }
  if (after !== undefined && (after.length === 0 || after.length > MAX_LIST_ITEMS)) {
    return refuse({ kind: 'invalid-marker' })
  }
  return page
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
