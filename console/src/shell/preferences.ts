import { LANGUAGES, VOCABULARIES, type Language, type Vocabulary } from '../words/vocabulary.ts'

export type Theme = 'system' | 'light' | 'dark'
export const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export interface Preferences {
  readonly vocabulary: Vocabulary
  readonly language: Language
  readonly theme: Theme
}

/** Nothing secret is ever kept in the browser's storage: these are choices of looks and words. */
const PLACE = 'coffer.preferences'

function chosen<Value extends string>(values: readonly Value[], wanted: unknown): Value | undefined {
  return values.find((value) => value === wanted)
}

function stored(): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** The last choice, else the browser's language and `s3`. */
export function readPreferences(): Preferences {
  const before = stored()
  const spoken = navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en'
  return {
    vocabulary: chosen(VOCABULARIES, before['vocabulary']) ?? 's3',
    language: chosen(LANGUAGES, before['language']) ?? spoken,
    theme: chosen(THEMES, before['theme']) ?? 'system',
  }
}

/** Whether the person has chosen a vocabulary here; else the deployment's own counts. */
export function hasChosenVocabulary(): boolean {
  return chosen(VOCABULARIES, stored()['vocabulary']) !== undefined
}

export function keepPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(preferences))
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

/** Dark or light is one class; no style is injected. */
export function showTheme(theme: Theme): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const show = (): void => {
    const dark = theme === 'dark' || (theme === 'system' && system.matches)
    document.body.classList.toggle('awsui-dark-mode', dark)
    document.documentElement.classList.toggle('dark', dark)
  }
  show()
  system.addEventListener('change', show)
  return () => system.removeEventListener('change', show)
}
