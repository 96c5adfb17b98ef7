import { I18nProvider } from '@cloudscape-design/components/i18n'
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { speak } from '../api/request.ts'
import { loadCatalogue, type Catalogue } from '../words/catalogue.ts'
import { WordsProvider } from '../words/use-words.tsx'
import { Frame } from './frame.tsx'
import { NoticesProvider } from './notices.tsx'
import { PreferencesContext } from './preference-selects.tsx'
import { hasChosenVocabulary, keepPreferences, readPreferences, showTheme, type Preferences } from './preferences.ts'
import { SessionProvider } from './session.tsx'
import { SystemProvider, useSystem } from './system.tsx'

/** Language, words and theme around everything else. Switching them discards nothing that is open. */
export function App(): ReactNode {
  const [preferences, setPreferences] = useState(readPreferences)
  const [catalogue, setCatalogue] = useState<Catalogue | undefined>()
  const { language, theme, vocabulary } = preferences
  speak(vocabulary, language)
  useEffect(() => {
    let wanted = true
    void loadCatalogue(language).then((loaded) => {
      if (wanted) setCatalogue(loaded)
    })
    document.documentElement.lang = language
    return () => {
      wanted = false
    }
  }, [language])
  useEffect(() => showTheme(theme), [theme])
  const choose = useCallback((change: Partial<Preferences>) => {
    setPreferences((before) => {
      const after = { ...before, ...change }
      keepPreferences(after)
      return after
    })
  }, [])
  const follow = useCallback((words: Preferences['vocabulary']) => {
    if (!hasChosenVocabulary()) setPreferences((before) => ({ ...before, vocabulary: words }))
  }, [])
  const handle = useMemo(() => ({ preferences, choose }), [preferences, choose])
  if (catalogue === undefined) return null
  return (
    <I18nProvider locale={catalogue.language} messages={[catalogue.library]}>
      <PreferencesContext value={handle}>
        <WordsProvider vocabulary={vocabulary} catalogue={catalogue}>
          <SessionProvider>
            <NoticesProvider>
              <SystemProvider>
                <DeploymentWords follow={follow} />
                <Frame />
              </SystemProvider>
            </NoticesProvider>
          </SessionProvider>
        </WordsProvider>
      </PreferencesContext>
    </I18nProvider>
  )
}

/** Until a person has chosen, the deployment's vocabulary is spoken. */
function DeploymentWords({ follow }: { readonly follow: (words: Preferences['vocabulary']) => void }): null {
  const own = useSystem().value?.vocabulary
  useEffect(() => {
    if (own !== undefined) follow(own)
  }, [own, follow])
  return null
}
