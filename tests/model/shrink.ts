/**
 * Leaves out what a failure does not need: halves first, then smaller pieces, down to single moves. `fails` runs a
 * list from the beginning. Ends after `budgetMs` with the shortest list found.
 */
export async function shrink<Item>(
  items: readonly Item[],
  fails: (items: readonly Item[]) => Promise<boolean>,
  budgetMs: number,
): Promise<readonly Item[]> {
  const endMs = Date.now() + budgetMs
  let kept = items
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      if (Date.now() > endMs) return kept
      const without = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (await fails(without)) kept = without
      else at += size
    }
  }
  return kept
}
