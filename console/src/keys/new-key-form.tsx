import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode, type SubmitEvent } from 'react'
import { post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { KeyRow } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

/** One step: a name, a description, and there is a key that can be used at once. */
export function NewKeyForm(props: {
  readonly region: string
  readonly onBack: () => void
  readonly onCreated: (key: KeyRow) => void
}): ReactNode {
  const { say } = useWords()
  const [alias, setAlias] = useState('')
  const [description, setDescription] = useState('')
  const [external, setExternal] = useState(false)
  const { busy, failure, run } = useAction()
  const problem = alias === '' || /^[a-zA-Z0-9/_-]{1,250}$/.test(alias) ? '' : say('aliasCharacters')

  function create(event: SubmitEvent): void {
    event.preventDefault()
    // A form inside a dialog is not inside the form below that dialog, but its events pass through React's tree.
    event.stopPropagation()
    if (problem !== '') return
    run(async () => {
      const body = {
        description,
        ...(external ? { origin: 'external' } : {}),
        ...(alias === '' ? {} : { alias: alias.startsWith('alias/') ? alias : `alias/${alias}` }),
      }
      props.onCreated(await post<KeyRow>('/keys', body))
    })
  }

  return (
    <form onSubmit={create}>
      <SpaceBetween size="m">
        {failure !== undefined && <FailureNotice failure={failure} />}
        <FormField label={say('keyAlias')} constraintText={say('keyAliasHint')} errorText={problem}>
          <Input value={alias} onChange={({ detail }) => setAlias(detail.value.trim())} />
        </FormField>
        <FormField label={say('keyDescription')}>
          <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
        </FormField>
        <FormField label={say('keyOrigin')}>
          <RadioGroup
            value={external ? 'external' : 'coffer'}
            items={[
              { value: 'coffer', label: 'Coffer', description: say('originCofferHelp') },
              { value: 'external', label: say('originImported'), description: say('originImportedHelp') },
            ]}
            onChange={({ detail }) => setExternal(detail.value === 'external')}
          />
        </FormField>
        <FormField label={say('region')}>
          <Input value={props.region} readOnly />
        </FormField>
        <SpaceBetween size="xs" direction="horizontal">
          <Button formAction="none" onClick={props.onBack}>
            {say('back')}
          </Button>
          <Button variant="primary" formAction="submit" loading={busy}>
            {say('createKeyNow')}
          </Button>
        </SpaceBetween>
      </SpaceBetween>
    </form>
  )
}
