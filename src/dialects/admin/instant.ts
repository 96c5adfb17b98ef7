import { badArgument } from './target.ts'

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/

/** `2026-11-20T14:02:11Z`, with milliseconds or without; nothing else, and only days that exist. */
export function instantOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = INSTANT.test(text) ? Date.parse(text) : NaN
  // A day that does not exist rolls over to another one, which shows when it is written again.
  const real = !Number.isNaN(ms) && ms >= 0 && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19)
  return real ? ms : badArgument(name, 'must be an instant such as 2026-11-20T14:02:11Z')
}
