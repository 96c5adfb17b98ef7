import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import type { ReactNode } from 'react'
import type { PolicyLanguageName } from '../api/shapes.ts'
import { useWords } from '../words/use-words.tsx'
import type { Vocabulary } from '../words/vocabulary.ts'

/** What each vendor's people write their policies in. */
export const LANGUAGE_OF: Readonly<Record<Vocabulary, PolicyLanguageName>> = {
  s3: 'aws',
  oss: 'ram',
  obs: 'huawei',
  cos: 'cam',
}
const NAMES: Readonly<Record<PolicyLanguageName, string>> = {
  aws: 'S3, IAM',
  ram: 'Alibaba RAM',
  huawei: 'Huawei IAM',
  cam: 'Tencent CAM',
}
const LANGUAGES = ['aws', 'ram', 'huawei', 'cam'] as const

/** A text is read in the language it was put in; nothing guesses. */
export function PolicyLanguage(props: {
  readonly value: PolicyLanguageName
  readonly onChoose: (language: PolicyLanguageName) => void
}): ReactNode {
  const { say } = useWords()
  const options = LANGUAGES.map((value) => ({ value, label: NAMES[value] }))
  return (
    <FormField label={say('policyLanguage')}>
      <Select
        options={options}
        selectedOption={options.find(({ value }) => value === props.value) ?? null}
        onChange={({ detail }) => {
          const chosen = LANGUAGES.find((one) => one === detail.selectedOption.value)
          if (chosen !== undefined) props.onChoose(chosen)
        }}
      />
    </FormField>
  )
}
