import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import type { ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'
import type { Draft, Field } from './setting.ts'

const ROWS = 3

/** The fields of one draft, each found by its label. */
export function DraftFields(props: {
  readonly fields: readonly Field[]
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
}): ReactNode {
  const { fields, draft, onChange } = props
  return (
    <SpaceBetween size="s">
      {fields.map((field) => (
        <OneField
          key={field.name}
          field={field}
          value={draft[field.name] ?? ''}
          onChange={(value) => onChange({ ...draft, [field.name]: value })}
        />
      ))}
    </SpaceBetween>
  )
}

function OneField(props: {
  readonly field: Field
  readonly value: string
  readonly onChange: (value: string) => void
}): ReactNode {
  const { say } = useWords()
  const { field, value, onChange } = props
  if (field.kind === 'flag') {
    return (
      <Checkbox
        checked={value === 'true'}
        description={field.hint === undefined ? undefined : say(field.hint)}
        onChange={({ detail }) => onChange(detail.checked ? 'true' : '')}
      >
        {say(field.label)}
      </Checkbox>
    )
  }
  return (
    <FormField label={say(field.label)} constraintText={field.hint === undefined ? undefined : say(field.hint)} stretch>
      <Entry field={field} value={value} onChange={onChange} />
    </FormField>
  )
}

function Entry(props: {
  readonly field: Field
  readonly value: string
  readonly onChange: (value: string) => void
}): ReactNode {
  const { say } = useWords()
  const { field, value, onChange } = props
  switch (field.kind) {
    case 'lines':
      return <Textarea rows={ROWS} value={value} spellcheck={false} onChange={({ detail }) => onChange(detail.value)} />
    case 'choice': {
      const options = (field.options ?? []).map((option) => ({
        value: option.value,
        label: option.label === undefined ? option.value : say(option.label),
      }))
      return (
        <Select
          options={options}
          selectedOption={options.find((option) => option.value === value) ?? null}
          onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
        />
      )
    }
    default:
      return (
        <Input
          type={field.kind === 'number' ? 'number' : 'text'}
          value={value}
          onChange={({ detail }) => onChange(detail.value)}
        />
      )
  }
}
