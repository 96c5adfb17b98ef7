import { ConfigProblem } from './config-problem.ts'
import type { ConfigFile } from './config-file.ts'
import type { Environment } from './env.ts'
import { nearest } from './nearest.ts'
import { ALL_SETTINGS, OTHER_VARIABLES, type Setting } from './settings.ts'
import { ValueProblem } from './value-parsers.ts'

/** Where a value came from. */
export type SettingSource = 'flag' | 'environment' | 'file' | 'default' | 'memory'

/** Flags by name without dashes; `true` stands for a flag without a value. */
export type FlagValues = Readonly<Record<string, string | true>>

export interface Sources {
  readonly flags: FlagValues
  readonly env: Environment
  readonly file: ConfigFile | undefined
}

export interface Found<Value> {
  readonly value: Value
  readonly source: SettingSource
}

/** The value of a setting: flag, else environment, else file. Undefined: it is set nowhere. */
export function findValue<Value>(setting: Setting<Value>, sources: Sources): Found<Value> | undefined {
  const text = findText(setting, sources)
  return text === undefined ? undefined : { value: parseAs(setting, text.value, text.source), source: text.source }
}

/** The same as text, unparsed. */
export function findText(setting: Setting<unknown>, { flags, env, file }: Sources): Found<string> | undefined {
  if (setting.flag !== undefined && Object.hasOwn(flags, setting.flag)) {
    const flag = flags[setting.flag]
    if (flag !== undefined) return { value: flag === true ? 'on' : flag, source: 'flag' }
  }
  const variable = env.get(setting.variable)
  if (variable !== undefined) return { value: variable, source: 'environment' }
  const line = file?.values.get(setting.name)
  return line === undefined ? undefined : { value: line, source: 'file' }
}

/** Parses; a refusal names the setting as it was written there, and never the value (T-167). */
export function parseAs<Value>(setting: Setting<Value>, text: string, source: SettingSource): Value {
  try {
    return setting.parse(text)
  } catch (error) {
    if (error instanceof ValueProblem) throw new ConfigProblem(`${writtenAs(setting, source)} must be ${error.message}`)
    throw error
  }
}

export function writtenAs(setting: Setting<unknown>, source: SettingSource): string {
  if (source === 'flag') return `--${setting.flag ?? setting.name}`
  return source === 'file' ? setting.name : setting.variable
}

/** Refuses what nobody knows, with the nearest name. `allowed`: variables that another setting names. */
export function refuseUnknown({ flags, env, file }: Sources, allowed: readonly string[]): void {
  const flagNames = ALL_SETTINGS.flatMap(({ flag }) => (flag === undefined ? [] : [flag]))
  for (const name of Object.keys(flags)) {
    const secret = ALL_SETTINGS.find((one) => one.secret === true && flagOf(one) === name)
    if (secret !== undefined) {
      throw new ConfigProblem(
        `--${name} would put a secret on a command line, where every user of the machine can read it`,
        `set ${secret.variable}`,
      )
    }
    if (!flagNames.includes(name)) throw unknown(`--${name}`, name, flagNames, '--')
  }
  const variables = [...ALL_SETTINGS.map(({ variable }) => variable), ...OTHER_VARIABLES]
  for (const name of env.names()) {
    if (!name.startsWith('COFFER_') || variables.includes(name) || allowed.includes(name)) continue
    throw unknown(name, name, variables, '')
  }
  const names = ALL_SETTINGS.filter(({ secret }) => secret !== true).map(({ name }) => name)
  for (const name of file?.values.keys() ?? []) {
    if (ALL_SETTINGS.some((one) => one.secret === true && one.name === name)) {
      throw new ConfigProblem(`${name} does not belong into ${file?.path ?? 'a file'}`, `use ${name}File`)
    }
    if (!names.includes(name)) throw unknown(`${name} in ${file?.path ?? 'the file'}`, name, names, '')
  }
}

function flagOf({ variable }: Setting<unknown>): string {
  return variable.slice('COFFER_'.length).toLowerCase().replaceAll('_', '-')
}

function unknown(shown: string, name: string, candidates: readonly string[], prefix: string): ConfigProblem {
  const near = nearest(name, candidates)
  return new ConfigProblem(
    `${shown} is not a setting.${near === undefined ? '' : ` Did you mean ${prefix}${near}?`}`,
    near === undefined ? 'coffer serve --help' : undefined,
  )
}
