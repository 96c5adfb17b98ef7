import type { Environment } from '../config/index.ts'
import type { Terminal } from './terminal.ts'

/** Red = failed, yellow = warning, bold = what to type. Nothing is told by colour alone. */
export interface Style {
  failed(text: string): string
  warning(text: string): string
  command(text: string): string
}

export type ColourWish = 'auto' | 'always' | 'never'

const PLAIN: Style = { failed: (text) => text, warning: (text) => text, command: (text) => text }
const COLOURED: Style = {
  failed: (text) => `\u001b[31m${text}\u001b[39m`,
  warning: (text) => `\u001b[33m${text}\u001b[39m`,
  command: (text) => `\u001b[1m${text}\u001b[22m`,
}

/** Colour on stderr: only on a terminal, unless it is asked for; off with `NO_COLOR` and on a dumb terminal. */
export function styleFor(terminal: Pick<Terminal, 'talkIsTerminal'>, env: Environment, wish: ColourWish): Style {
  if (wish !== 'auto') return wish === 'always' ? COLOURED : PLAIN
  if (env.get('NO_COLOR') !== undefined || env.get('TERM') === 'dumb') return PLAIN
  const forced = env.get('FORCE_COLOR')
  return terminal.talkIsTerminal || (forced !== undefined && forced !== '0') ? COLOURED : PLAIN
}
