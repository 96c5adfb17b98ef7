import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { get, path, put, remove } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { PolicyLanguageName } from '../api/shapes.ts'
import { DocumentEditor } from '../shell/document-editor.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import type { HolderKind } from './people-kinds.ts'
import { LANGUAGE_OF, PolicyLanguage } from './policy-language.tsx'

/** Policies of this user, group or role alone: texts in any of the four languages, kept byte for byte. */
export function OwnPolicies(props: { readonly kind: HolderKind; readonly name: string }): ReactNode {
  const { say } = useWords()
  const route = path('people', props.kind, props.name, 'inline-policies')
  const names = useResource(route, (signal) => get<{ readonly items: readonly string[] }>(route, undefined, signal))
  const [open, setOpen] = useState<string | undefined>()
  const [name, setName] = useState('')
  const options = (names.value?.items ?? []).map((value) => ({ value, label: value }))
  return (
    <Container header={<Header variant="h2">{say('ownPolicies')}</Header>}>
      <Loaded of={names}>
        {() => (
          <SpaceBetween size="m">
            {options.length === 0 && <Box>{say('policyNone')}</Box>}
            {options.length > 0 && (
              <FormField label={say('openPolicy')}>
                <Select
                  options={options}
                  selectedOption={options.find(({ value }) => value === open) ?? null}
                  placeholder={say('openPolicy')}
                  onChange={({ detail }) => setOpen(detail.selectedOption.value)}
                />
              </FormField>
            )}
            <FormField
              label={say('newPolicyName')}
              secondaryControl={
                <Button disabled={name === ''} onClick={() => setOpen(name)}>
                  {say('writePolicy')}
                </Button>
              }
            >
              <Input value={name} onChange={({ detail }) => setName(detail.value.trim())} />
            </FormField>
            {open !== undefined && (
              <OnePolicy
                key={open}
                route={`${route}${path(open)}`}
                name={open}
                isNew={!options.some(({ value }) => value === open)}
                onChange={() => {
                  setName('')
                  names.reload()
                }}
              />
            )}
          </SpaceBetween>
        )}
      </Loaded>
    </Container>
  )
}

interface Written {
  readonly document: string
  readonly language: PolicyLanguageName
}

function OnePolicy(props: {
  readonly route: string
  readonly name: string
  readonly isNew: boolean
  readonly onChange: () => void
}): ReactNode {
  const { vocabulary } = useWords()
  const { route, isNew } = props
  const text = useResource(isNew ? undefined : route, (signal) => get<Written>(route, undefined, signal))
  if (isNew) return <PolicyEditor {...props} written={{ document: '', language: LANGUAGE_OF[vocabulary] }} />
  return <Loaded of={text}>{(written) => <PolicyEditor key={written.document} {...props} written={written} />}</Loaded>
}

function PolicyEditor(props: {
  readonly route: string
  readonly name: string
  readonly written: Written
  readonly onChange: () => void
}): ReactNode {
  const { say } = useWords()
  const { route, name, written, onChange } = props
  const [language, setLanguage] = useState(written.language)
  return (
    <SpaceBetween size="s">
      <PolicyLanguage value={language} onChoose={setLanguage} />
      <DocumentEditor
        label={`${say('policyText')} ${name}`}
        text={written.document}
        onSave={async (document) => {
          await put(route, { document, language })
          onChange()
        }}
        onDelete={async () => {
          await remove(route)
          onChange()
        }}
      />
    </SpaceBetween>
  )
}
