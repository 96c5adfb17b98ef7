import Modal from '@cloudscape-design/components/modal'
import type { ReactNode } from 'react'
import type { KeyRow } from '../api/shapes.ts'
import { useWords } from '../words/use-words.tsx'
import { NewKeyForm } from './new-key-form.tsx'

/** The key page over a dialog: what is below keeps its state, files included, and the new key comes back chosen. */
export function NewKeyOverlay(props: {
  readonly region: string
  readonly onBack: () => void
  readonly onCreated: (key: KeyRow) => void
}): ReactNode {
  const { say, word } = useWords()
  return (
    <Modal visible size="large" header={`${say('navKeys')} · ${word('createKey')}`} onDismiss={props.onBack}>
      <NewKeyForm {...props} />
    </Modal>
  )
}
