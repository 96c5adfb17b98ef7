import { ALL_SETTINGS, type Setting } from './settings.ts'

/** The table of docs/configuration.md: every setting, as it is written in each place. */
export function settingsTable(): string {
  const lines = ALL_SETTINGS.map((setting) => {
    const flag = setting.flag === undefined ? 'none: a secret' : `\`--${setting.flag}\``
    const name = setting.secret === true ? 'none: a secret' : `\`${setting.name}\``
    return `| \`${setting.variable}\` | ${flag} | ${name} | ${fallbackOf(setting)} | ${setting.doc} |`
  })
  return ['| variable | flag | in `coffer.yaml` | default | meaning |', '|---|---|---|---|---|', ...lines, ''].join(
    '\n',
  )
}

function fallbackOf({ fallback, shownFallback }: Setting<unknown>): string {
  return fallback === undefined ? (shownFallback ?? 'not set') : `\`${fallback}\``
}
