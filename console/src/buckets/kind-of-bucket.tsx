import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'

/** A bucket that lies flat, or one of directories in one zone. */
export type BucketKind =
  { readonly kind: 'general'; readonly objectLock: boolean } | { readonly kind: 'directory'; readonly zone: string }

export const GENERAL: BucketKind = { kind: 'general', objectLock: false }

/** What of it goes into the request. */
export function bodyOf(kind: BucketKind): object {
  if (kind.kind === 'directory') return { kind: 'directory' }
  return kind.objectLock ? { objectLock: true } : {}
}

/** What the name of a directory bucket ends in. */
export function suffixOf(kind: BucketKind): string {
  return kind.kind === 'directory' ? `--${kind.zone}--x-s3` : ''
}

export function wholeName(name: string, kind: BucketKind): string {
  return `${name}${suffixOf(kind)}`
}

/** Only S3 has directory buckets, and only where the deployment has zones. */
export function KindOfBucket(props: {
  readonly kind: BucketKind
  readonly zones: readonly string[]
  readonly onChange: (kind: BucketKind) => void
}): ReactNode {
  const { say, word, vocabulary } = useWords()
  const { kind, zones, onChange } = props
  const [first] = zones
  return (
    <SpaceBetween size="s">
      {vocabulary === 's3' && first !== undefined && (
        <FormField label={say('bucketKind')}>
          <RadioGroup
            value={kind.kind}
            items={[
              { value: 'general', label: say('kindGeneral') },
              { value: 'directory', label: say('kindDirectory'), description: say('kindDirectoryHelp') },
            ]}
            onChange={({ detail }) =>
              onChange(detail.value === 'directory' ? { kind: 'directory', zone: first } : GENERAL)
            }
          />
        </FormField>
      )}
      {kind.kind === 'directory' && (
        <FormField label={say('zone')}>
          <Select
            options={zones.map((value) => ({ value }))}
            selectedOption={{ value: kind.zone }}
            onChange={({ detail }) => onChange({ kind: 'directory', zone: detail.selectedOption.value ?? kind.zone })}
          />
        </FormField>
      )}
      {kind.kind === 'general' && (
        <Checkbox
          checked={kind.objectLock}
          description={say('objectLockHelp')}
          onChange={({ detail }) => onChange({ kind: 'general', objectLock: detail.checked })}
        >
          {word('objectLock')}
        </Checkbox>
      )}
    </SpaceBetween>
  )
}
