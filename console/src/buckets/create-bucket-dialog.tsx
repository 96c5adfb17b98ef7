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
import { FailureNotice } from '../states/failure-notice.tsx'
import { refusalText } from '../states/refusal-text.ts'
import { useWords } from '../words/use-words.tsx'
import { GENERAL, KindOfBucket, bodyOf, suffixOf, wholeName, type BucketKind } from './kind-of-bucket.tsx'
import { baseNameProblem, nameProblem } from './name-rules.ts'

/** A directory bucket knows no default of none, no two layers, and no key of the service's own. */
const DIRECTORY_METHODS = ['service', 'kms'] as const
const DIRECTORY_KEY_KINDS = ['own', 'typed'] as const

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
  const [kind, setKind] = useState<BucketKind>(GENERAL)
  const [asked, setAsked] = useState(false)
  const [overlay, setOverlay] = useState(false)
  const { busy, failure, run, clear } = useAction()
  const dirty = name !== '' || kind !== GENERAL || !sameDraft(draft, firstDraft(vocabulary))
  const { ask, question } = useDiscard(dirty, props.onClose)
  const place = region ?? system?.region ?? ''
  const directory = kind.kind === 'directory'
  const problem = directory ? baseNameProblem(name) : nameProblem(name, vocabulary)
  const encryption = chosenOf(draft, vocabulary)
  const taken = failure?.status === 409
  const nameError = taken ? say('nameTaken') : problem !== undefined && (asked || name !== '') ? say(problem) : ''
  const regions = (system?.regions ?? []).map((value) => ({ value, label: value }))

  function create(): void {
    setAsked(true)
    if (problem !== undefined || encryption === undefined) return
    run(async () => {
      const whole = wholeName(name, kind)
      await post<BucketRow>('/buckets', { name: whole, region: place, ...bodyOf(kind), encryption })
      props.onCreated(whole)
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
        <FormField
          label={say('bucketName')}
          constraintText={directory ? say('directorySuffix', { suffix: suffixOf(kind) }) : say('bucketNameHint')}
          errorText={nameError}
        >
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
        <KindOfBucket
          kind={kind}
          zones={system?.zones ?? []}
          onChange={(chosen) => {
            setKind(chosen)
            // The key of a directory bucket is always a bucket key.
            setDraft({ ...firstDraft(vocabulary), bucketKey: chosen.kind === 'directory' })
            clear()
          }}
        />
        <EncryptionChoice
          label={word('encryptionInCreate')}
          {...(directory ? { methods: DIRECTORY_METHODS, keyKinds: DIRECTORY_KEY_KINDS } : {})}
          draft={draft}
          region={place}
          keyError={asked && encryption === undefined ? say('fieldNeeded') : ''}
          onChange={setDraft}
          onOverlay={setOverlay}
        />
        {directory && draft.method === 'kms' && <Box color="text-body-secondary">{say('directoryKey')}</Box>}
        <Box color="text-body-secondary">{say('laterOnly')}</Box>
      </SpaceBetween>
    </Modal>
  )
}
