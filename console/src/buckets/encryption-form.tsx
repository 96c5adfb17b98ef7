import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { useState, type ReactNode } from 'react'
import { path, put } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { BucketEncryption } from '../api/shapes.ts'
import { chosenOf, draftOf, methodsOf, sameDraft, type Draft } from '../encryption/choice.ts'
import { EncryptionChoice } from '../encryption/encryption-choice.tsx'
import { useDiscard } from '../shell/discard-question.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

/** The options, the notice about objects that exist, and Save. A refusal stays in the form. */
export function EncryptionForm(props: {
  readonly bucket: string
  readonly region: string
  readonly encryption: BucketEncryption
  readonly onClose: () => void
  readonly onSaved: () => void
}): ReactNode {
  const { say, word, vocabulary } = useWords()
  const before = draftOf(props.encryption, vocabulary)
  const [draft, setDraft] = useState(before)
  const [asked, setAsked] = useState(false)
  const { busy, failure, run } = useAction()
  const { ask, question } = useDiscard(!sameDraft(draft, before), props.onClose)
  const chosen = chosenOf(draft, vocabulary)

  function save(): void {
    setAsked(true)
    if (chosen === undefined) return
    run(async () => {
      await put(path('buckets', props.bucket, 'encryption'), chosen)
      props.onSaved()
    })
  }

  return (
    <SpaceBetween size="m">
      {failure !== undefined && <FailureNotice failure={failure} />}
      {vocabulary === 'cos' ? (
        <Switched {...props} draft={draft} onChange={setDraft} error={asked && chosen === undefined} />
      ) : (
        <EncryptionChoice
          label={say('method')}
          draft={draft}
          region={props.region}
          keyError={asked && chosen === undefined ? say('fieldNeeded') : ''}
          onChange={setDraft}
          onOverlay={() => undefined}
        />
      )}
      <Alert type="info">{say('existingObjects')}</Alert>
      {vocabulary === 'obs' && draft.method === 'none' && <Alert type="warning">{say('obsAfterDisable')}</Alert>}
      {question}
      <SpaceBetween size="xs" direction="horizontal">
        <Button onClick={ask}>{say('cancel')}</Button>
        <Button variant="primary" loading={busy} onClick={save}>
          {word('save')}
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  )
}

/** COS: a switch, and the methods while it is on. */
function Switched(props: {
  readonly region: string
  readonly draft: Draft
  readonly error: boolean
  readonly onChange: (draft: Draft) => void
}): ReactNode {
  const { say, word, vocabulary } = useWords()
  const { draft, onChange } = props
  const on = draft.method !== 'none'
  return (
    <SpaceBetween size="m">
      <Toggle
        checked={on}
        onChange={({ detail }) => onChange({ ...draft, method: detail.checked ? 'service' : 'none' })}
      >
        {word('encryptionArea')}
      </Toggle>
      {on && (
        <EncryptionChoice
          label={say('method')}
          draft={draft}
          region={props.region}
          methods={methodsOf(vocabulary).filter((method) => method !== 'none')}
          keyError={props.error ? say('fieldNeeded') : ''}
          onChange={onChange}
          onOverlay={() => undefined}
        />
      )}
    </SpaceBetween>
  )
}
