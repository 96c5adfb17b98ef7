import { createContext, useContext, useMemo, type ReactNode } from 'react'
import { filled, type Catalogue, type Values } from './catalogue.ts'
import type { SentenceId } from './en/sentences.ts'
import type { Concept, Language, Vocabulary } from './vocabulary.ts'

export interface Words {
  readonly vocabulary: Vocabulary
  readonly language: Language
  /** The vendor's own word. */
  readonly word: (concept: Concept) => string
  /** A sentence of the console, its values put in. */
  readonly say: (id: SentenceId, values?: Values) => string
  readonly number: (value: number) => string
  /** A size in KiB, MiB ... */
  readonly size: (bytes: number) => string
  /** An ISO 8601 time, in the person's zone. */
  readonly time: (iso: string) => string
}

const Context = createContext<Words | undefined>(undefined)
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const UNIT_STEP = 1024

export function WordsProvider(props: {
  readonly vocabulary: Vocabulary
  readonly catalogue: Catalogue
  readonly children: ReactNode
}): ReactNode {
  const { vocabulary, catalogue } = props
  const words = useMemo(() => wordsOf(vocabulary, catalogue), [vocabulary, catalogue])
  return <Context value={words}>{props.children}</Context>
}

export function useWords(): Words {
  const words = useContext(Context)
  if (words === undefined) throw new Error('no words here')
  return words
}

function wordsOf(vocabulary: Vocabulary, catalogue: Catalogue): Words {
  const { language, sentences, vendorWords } = catalogue
  const numbers = new Intl.NumberFormat(language)
  const times = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
  return {
    vocabulary,
    language,
    word: (concept) => vendorWords[concept][vocabulary],
    say: (id, values = {}) => filled(sentences[id], values, language),
    number: (value) => numbers.format(value),
    size: (bytes) => sizeText(bytes, language),
    time: (iso) => {
      const at = new Date(iso)
      return Number.isNaN(at.getTime()) ? iso : times.format(at)
    },
  }
}

function sizeText(bytes: number, language: Language): string {
  let value = bytes
  let unit = 0
  while (value >= UNIT_STEP && unit < UNITS.length - 1) {
    value /= UNIT_STEP
    unit += 1
  }
  const text = new Intl.NumberFormat(language, { maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1 }).format(
    value,
  )
  return `${text} ${UNITS[unit] ?? ''}`
}
