import type { Options } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { parseSince } from '../quantities.ts'

/** A moment that an option names, in ISO 8601; undefined: it was not given. */
export function timeOf(options: Options, name: string, nowMs: number): string | undefined {
  const text = options.text(name)
  if (text === undefined) return undefined
  const time = parseSince(text, nowMs)
  if (time !== undefined) return time.toISOString()
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new CommandFailure(
    EXIT.usage,
    `--${dashed} must be a span such as 24h, a day such as 2026-11-20, or an instant`,
  )
}
