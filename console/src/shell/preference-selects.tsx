import { createContext, useContext, type ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'
import { LANGUAGE_NAMES, LANGUAGES, VOCABULARIES, VOCABULARY_NAMES } from '../words/vocabulary.ts'
import { THEMES, type Preferences } from './preferences.ts'

export interface PreferencesHandle {
  readonly preferences: Preferences
  readonly choose: (change: Partial<Preferences>) => void
}

export const PreferencesContext = createContext<PreferencesHandle | undefined>(undefined)

export function usePreferences(): PreferencesHandle {
  const handle = useContext(PreferencesContext)
  if (handle === undefined) throw new Error('no preferences here')
  return handle
}

/** Vocabulary, language and theme: on the sign-in page and in the bar at the top. */
export function PreferenceSelects(): ReactNode {
  const { say } = useWords()
  const { preferences, choose } = usePreferences()
  const themes = { system: say('themeSystem'), light: say('themeLight'), dark: say('themeDark') }
  return (
    <div className="preferences">
      <Choice
        label={say('vocabulary')}
        values={VOCABULARIES}
        names={VOCABULARY_NAMES}
        value={preferences.vocabulary}
        onChoose={(vocabulary) => choose({ vocabulary })}
      />
      <Choice
        label={say('language')}
        values={LANGUAGES}
        names={LANGUAGE_NAMES}
        value={preferences.language}
        onChoose={(language) => choose({ language })}
      />
      <Choice
        label={say('theme')}
        values={THEMES}
        names={themes}
        value={preferences.theme}
        onChoose={(theme) => choose({ theme })}
      />
    </div>
  )
}

/** The browser's own list: this page is the first that anybody loads. */
function Choice<Value extends string>(props: {
  readonly label: string
  readonly values: readonly Value[]
  readonly names: Readonly<Record<Value, string>>
  readonly value: Value
  readonly onChoose: (value: Value) => void
}): ReactNode {
  return (
    <select
      aria-label={props.label}
      value={props.value}
      onChange={(event) => {
        const chosen = props.values.find((value) => value === event.target.value)
        if (chosen !== undefined) props.onChoose(chosen)
      }}
    >
      {props.values.map((value) => (
        <option key={value} value={value}>
          {props.names[value]}
        </option>
      ))}
    </select>
  )
}
