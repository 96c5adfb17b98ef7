import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { BucketRow } from '../api/shapes.ts'
import { chosenOf, firstDraft, sameDraft } from '../encryption/choice.ts'
import { EncryptionChoice } from '../encryption/encryption-choice.tsx'
import { useDiscard } from '../shell/discard-question.tsx'
import { useSystem } from '../shell/system.tsx'
import { FailureNotice, refusalText } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { nameProblem } from './name-rules.ts'

/** One request makes the bucket and its rule: refused, there is no bucket. Closing makes nothing. */
export function CreateBucketDialog(props: {
  readonly onClose: () => void
  readonly onCreated: (bucket: string) => void
}): ReactNode {
  const words = useWords()
  const { say, word, vocabulary } = words
  const system = useSystem().value
  const [name, setName] = useState('')
  const [region, setRegion] = useState<string | undefined>()
  const [draft, setDraft] = useState(() => firstDraft(vocabulary))
  const [asked, setAsked] = useState(false)
  const [overlay, setOverlay] = useState(false)
  const { busy, failure, run, clear } = useAction()
  const dirty = name !== '' || !sameDraft(draft, firstDraft(vocabulary))
  const { ask, question } = useDiscard(dirty, props.onClose)
  const place = region ?? system?.region ?? ''
  const problem = nameProblem(name, vocabulary)
  const encryption = chosenOf(draft, vocabulary)
  const taken = failure?.status === 409
  const nameError = taken ? say('nameTaken') : problem !== undefined && (asked || name !== '') ? say(problem) : ''
  const regions = (system?.regions ?? []).map((value) => ({ value, label: value }))

  function create(): void {
    setAsked(true)
    if (problem !== undefined || encryption === undefined) return
    run(async () => {
      await post<BucketRow>('/buckets', { name, region: place, encryption })
      props.onCreated(name)
    })
  }

  return (
    <Modal
      visible={!overlay}
      size="large"
      header={word('createBucket')}
      onDismiss={ask}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={ask}>
              {say('cancel')}
            </Button>
            <Button variant="primary" loading={busy} onClick={create}>
              {word('confirmCreate')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {question}
        {failure !== undefined && (
          <FailureNotice failure={failure}>{say('createdNot', { reason: refusalText(failure, words) })}</FailureNotice>
        )}
        <FormField label={say('bucketName')} constraintText={say('bucketNameHint')} errorText={nameError}>
          <Input
            value={name}
            onChange={({ detail }) => {
              setName(detail.value)
              clear()
            }}
          />
        </FormField>
        <FormField label={say('region')}>
          <Select
            options={regions}
            selectedOption={regions.find(({ value }) => value === place) ?? null}
            onChange={({ detail }) => setRegion(detail.selectedOption.value)}
          />
        </FormField>
        <EncryptionChoice
          label={word('encryptionInCreate')}
          draft={draft}
          region={place}
          keyError={asked && encryption === undefined ? say('fieldNeeded') : ''}
          onChange={setDraft}
          onOverlay={setOverlay}
        />
        <Box color="text-body-secondary">{say('laterOnly')}</Box>
      </SpaceBetween>
    </Modal>
  )
}
