import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import type { ReactNode } from 'react'
import type { KeyRow } from '../api/shapes.ts'
import { useWords } from '../words/use-words.tsx'
import { keyStateText, rotationText } from './key-list-page.tsx'

export function KeyFacts({ of: key }: { readonly of: KeyRow }): ReactNode {
  const words = useWords()
  const { say, time } = words
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: say('keyId'), value: <span className="code">{key.id}</span> },
        { label: 'ARN', value: <span className="code">{key.arn}</span> },
        { label: say('keyState'), value: keyStateText(key, words) },
        { label: say('keyAlias'), value: key.aliases.length === 0 ? say('none') : key.aliases.join(', ') },
        { label: say('keyDescription'), value: key.description === '' ? say('none') : key.description },
        { label: say('keyOrigin'), value: key.origin },
        { label: say('region'), value: key.region },
        { label: say('keyVersion'), value: String(key.version) },
        { label: say('keyRotation'), value: rotationText(key, words) },
        { label: say('columnCreated'), value: time(key.created) },
      ]}
    />
  )
}
