import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState, type ReactNode } from 'react'
import { useAction } from '../api/resource.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

const ROWS = 16

/** A text that is kept byte for byte: nothing is reformatted, and comments stay. */
export function DocumentEditor(props: {
  readonly label: string
  readonly text: string
  readonly onSave: (text: string) => Promise<void>
  readonly onDelete?: (() => Promise<void>) | undefined
}): ReactNode {
  const { say } = useWords()
  const [text, setText] = useState(props.text)
  const { busy, failure, run } = useAction()
  const { onDelete } = props
  return (
    <SpaceBetween size="s">
      {failure !== undefined && <FailureNotice failure={failure} />}
      <FormField label={props.label} stretch>
        <Textarea rows={ROWS} value={text} spellcheck={false} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
      <SpaceBetween size="xs" direction="horizontal">
        <Button
          variant="primary"
          loading={busy}
          disabled={text === props.text}
          onClick={() => run(async () => props.onSave(text))}
        >
          {say('saveDocument')}
        </Button>
        {onDelete !== undefined && props.text !== '' && (
          <Button loading={busy} onClick={() => run(onDelete)}>
            {say('deletePolicy')}
          </Button>
        )}
      </SpaceBetween>
    </SpaceBetween>
  )
}
