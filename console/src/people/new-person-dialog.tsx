import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState, type ReactNode } from 'react'
import { path, post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { LANGUAGE_OF, PolicyLanguage } from './policy-language.tsx'
import type { PeopleKind } from './people-kinds.ts'

const ROWS = 12

/** A name and, for policies and roles, the text: kept byte for byte in the language it is written in. */
export function NewPersonDialog(props: {
  readonly kind: PeopleKind
  readonly label: string
  readonly onClose: () => void
  readonly onCreated: () => void
}): ReactNode {
  const { say, vocabulary } = useWords()
  const { kind } = props
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const [language, setLanguage] = useState(LANGUAGE_OF[vocabulary])
  const { busy, failure, run } = useAction()
  const withText = kind === 'policies' || kind === 'roles'
  const create = (): void =>
    run(async () => {
      const body =
        kind === 'policies' ? { name, document: text, language } : kind === 'roles' ? { name, trust: text } : { name }
      await post(path('people', kind), body)
      props.onCreated()
    })
  return (
    <Modal
      visible
      size={withText ? 'large' : 'medium'}
      header={`${props.label} · ${say('createNew')}`}
      onDismiss={props.onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={props.onClose}>
              {say('cancel')}
            </Button>
            <Button variant="primary" loading={busy} disabled={name === ''} onClick={create}>
              {say('createKeyNow')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {failure !== undefined && <FailureNotice failure={failure} />}
        <FormField label={say('columnName')}>
          <Input value={name} onChange={({ detail }) => setName(detail.value.trim())} />
        </FormField>
        {kind === 'policies' && <PolicyLanguage value={language} onChoose={setLanguage} />}
        {withText && (
          <FormField
            label={kind === 'roles' ? say('trustPolicy') : say('policyText')}
            description={say('policyLanguages')}
            stretch
          >
            <Textarea rows={ROWS} value={text} spellcheck={false} onChange={({ detail }) => setText(detail.value)} />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  )
}
