import { findText, type SettingSource, type Sources } from './setting-sources.ts'
import { ALL_SETTINGS, SETTINGS, type Setting } from './settings.ts'

/** A setting as people may see it: a secret is `set` or nothing. */
export interface ShownSetting {
  readonly name: string
  readonly value: string
  readonly source: SettingSource
  readonly variable: string
}

const KEPT_IN_MEMORY: ReadonlySet<string> = new Set([
  SETTINGS.metadata.name,
  SETTINGS.blobs.name,
  SETTINGS.rootKey.name,
])

/** Every setting as text, with where it came from. To be asked before secrets leave the environment. */
export function showSettings(sources: Sources, memory: boolean): readonly ShownSetting[] {
  return ALL_SETTINGS.map((setting) => {
    const { name, variable } = setting
    if (memory && KEPT_IN_MEMORY.has(name)) return { name, value: 'memory', source: 'memory', variable }
    const found = findText(setting, sources)
    if (found === undefined) return { name, value: shownFallback(setting, sources), source: 'default', variable }
    return { name, value: shownValue(setting, found.value), source: found.source, variable }
  })
}

function shownValue(setting: Setting<unknown>, value: string): string {
  if (setting.secret === true) return 'set'
  // A connection string may hold a password.
  return setting.name === 'metadata' && value.startsWith('postgres') ? 'postgres://...' : value
}

function shownFallback({ fallback, shownFallback: shown }: Setting<unknown>, sources: Sources): string {
  const data = findText(SETTINGS.data, sources)?.value ?? SETTINGS.data.fallback ?? ''
  return fallback === undefined ? (shown ?? '') : fallback.replace('<data>', () => data)
}
