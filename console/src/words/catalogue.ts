import type englishMessages from '@cloudscape-design/components/i18n/messages/all.en'
import type { SentenceId } from './en/sentences.ts'
import type { Language, VendorWords } from './vocabulary.ts'

/** Everything that is said in one language: sentences, vendors' words, and the library's own texts. */
export interface Catalogue {
  readonly language: Language
  readonly sentences: Readonly<Record<SentenceId, string>>
  readonly vendorWords: VendorWords
  readonly library: LibraryMessages
}

/** As the component library ships them: `{namespace: {locale: {component: {...}}}}`. */
export type LibraryMessages = typeof englishMessages

/** Only the language that is read is loaded. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  if (language === 'zh-CN') {
    const [{ SENTENCES }, { VENDOR_WORDS }, library] = await Promise.all([
      import('./zh/sentences.ts'),
      import('./zh/vendor-words.ts'),
      import('@cloudscape-design/components/i18n/messages/all.zh-CN'),
    ])
    return { language, sentences: SENTENCES, vendorWords: VENDOR_WORDS, library: library.default }
  }
  const [{ SENTENCES }, { VENDOR_WORDS }, library] = await Promise.all([
    import('./en/sentences.ts'),
    import('./en/vendor-words.ts'),
    import('@cloudscape-design/components/i18n/messages/all.en'),
  ])
  return { language, sentences: SENTENCES, vendorWords: VENDOR_WORDS, library: library.default }
}

export type Values = Readonly<Record<string, string | number>>

/** Puts values in the place of `{name}`; numbers grouped as the language does. */
export function filled(text: string, values: Values, language: Language): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value
  })
}
