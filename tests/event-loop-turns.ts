import { setImmediate as nextTurn } from 'node:timers/promises'

/** What comes of it, and how often others had a turn of the event loop meanwhile. */
export async function withTurns<Result>(
  act: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly turns: number }> {
  let turns = 0
  const ended = new AbortController()
  const others = (async (): Promise<void> => {
    for (; !ended.signal.aborted; turns++) await nextTurn()
  })()
  try {
    const result = await act()
    return { result, turns }
  } finally {
    ended.abort()
    await others
  }
}
