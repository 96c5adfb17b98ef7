import { CommandFailure, EXIT } from '../exit-codes.ts'

/** More than any account may have; what goes on beyond is a defect of the server. */
const MAX_PAGES = 1_000

interface After {
  readonly after?: string
}

/** Every item of a list, page by page. `itemsOf` picks the list out of an answer. */
export async function* everyItem<Result extends { readonly next?: string }, Item>(
  ask: (after: After) => Promise<Result>,
  itemsOf: (result: Result) => readonly Item[],
): AsyncGenerator<Item, undefined> {
  let after: After = {}
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const result = await ask(after)
    yield* itemsOf(result)
    if (result.next === undefined) return undefined
    after = { after: result.next }
  }
  throw new CommandFailure(EXIT.failed, 'the list of the server does not end.')
}
