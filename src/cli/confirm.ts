import { CommandFailure, EXIT } from './exit-codes.ts'
import { count } from './quantities.ts'
import type { Terminal } from './terminal.ts'

export interface Destruction {
  /** What is typed to confirm it. */
  readonly name: string
  /** `Type the name to delete the bucket` */
  readonly question: string
  /** How many things depend on it: with any, a script has to say the same number. */
  readonly dependents: number
  readonly yes: boolean
  /** The number after `--confirm`. */
  readonly confirmed: number | undefined
}

/**
 * What destroys is confirmed: by typing the name, or without a terminal by `--yes`, and by `--confirm` with the exact
 * number of dependents where there are any. A number that is not the present one refuses: it changed meanwhile.
 */
export async function confirm(terminal: Terminal, destruction: Destruction): Promise<void> {
  const { name, question, dependents, yes, confirmed } = destruction
  if (confirmed !== undefined && confirmed !== dependents) {
    throw new CommandFailure(
      EXIT.conflict,
      `--confirm says ${count(confirmed)}, and now ${count(dependents)} depend on ${name}. Nothing was changed.`,
    )
  }
  if (yes && (dependents === 0 || confirmed === dependents)) return
  if (!terminal.inIsTerminal || !terminal.talkIsTerminal) {
    const flags = dependents === 0 ? '--yes' : `--yes --confirm ${dependents}`
    throw new CommandFailure(EXIT.unconfirmed, `This is not done without being confirmed. Nothing was changed.`, {
      tries: [`the same command with ${flags}`],
    })
  }
  const answer = await terminal.ask(`${question}: `)
  if (answer.trim() !== name) throw new CommandFailure(EXIT.unconfirmed, 'Not confirmed. Nothing was changed.')
}
