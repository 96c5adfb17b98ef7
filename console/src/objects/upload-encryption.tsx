import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import type { BucketEncryption, System } from '../api/shapes.ts'
import { firstDraft, methodsOf, type Draft, type Method } from '../encryption/choice.ts'
import { methodText } from '../encryption/encryption-badge.tsx'
import { methodName } from '../encryption/encryption-choice.tsx'
import { KeyChooser } from '../encryption/key-chooser.tsx'
import { useSystem } from '../shell/system.tsx'
import { useWords, type Words } from '../words/use-words.tsx'

export interface UploadEncryptionProps {
  readonly region: string
  readonly bucketEncryption: BucketEncryption | undefined
  /** Absent: as the bucket says. */
  readonly draft: Draft | undefined
  readonly onChange: (draft: Draft | undefined) => void
  readonly onOverlay: (open: boolean) => void
}

/** How these files are encrypted: as the bucket says, or chosen here. */
export function UploadEncryption(props: UploadEncryptionProps): ReactNode {
  const words = useWords()
  const { say, word, vocabulary } = words
  const system = useSystem().value
  const { draft, bucketEncryption } = props
  const refused = refusalOf(system, bucketEncryption, words)
  const kms = draft?.method === 'kms' || draft?.method === 'dsse'
  return (
    <SpaceBetween size="s">
      <Inherited encryption={bucketEncryption} />
      {vocabulary === 'obs' ? (
        <Checkbox
          checked={kms}
          disabled={refused !== undefined}
          description={say('kmsUploadHelp')}
          onChange={({ detail }) =>
            props.onChange(detail.checked ? { ...firstDraft('obs'), method: 'kms' } : undefined)
          }
        >
          {word('encryptUpload')}
        </Checkbox>
      ) : (
        <Methods {...props} refused={refused !== undefined} />
      )}
      {refused !== undefined && <Alert type="warning">{refused}</Alert>}
      {kms && (
        <>
          <KeyChooser
            label={say('whichKey')}
            region={props.region}
            withDefault
            value={draft.key}
            onChoose={(key) => props.onChange({ ...draft, keyKind: key === '' ? 'default' : 'own', key })}
            onOverlay={props.onOverlay}
          />
          <Box color="text-body-secondary" fontSize="body-s">
            {say('kmsUploadNeeds')}
          </Box>
        </>
      )}
    </SpaceBetween>
  )
}

/** With a default, uploads are encrypted without anything being chosen, and the dialog says so. */
function Inherited({ encryption }: { readonly encryption: BucketEncryption | undefined }): ReactNode {
  const words = useWords()
  if (encryption === undefined) return null
  if (encryption.mode === 'none' && words.vocabulary !== 's3') return <Box>{words.say('bucketHasNoDefault')}</Box>
  return <Alert type="info">{words.say('bucketEncrypts', { method: methodText(encryption, words) })}</Alert>
}

function Methods(props: UploadEncryptionProps & { readonly refused: boolean }): ReactNode {
  const words = useWords()
  const { vocabulary, word } = words
  const methods = methodsOf(vocabulary).filter((method) => method !== 'none')
  const isKms = (method: Method): boolean => method === 'kms' || method === 'dsse'
  return (
    <FormField label={word('encryptUpload')} stretch>
      <RadioGroup
        value={props.draft?.method ?? 'inherit'}
        onChange={({ detail }) => {
          const method = methods.find((one) => one === detail.value)
          props.onChange(method === undefined ? undefined : { ...firstDraft(vocabulary), method })
        }}
        items={[
          { value: 'inherit', label: word('inherit') },
          ...methods.map((method) => ({
            value: method,
            label: methodName(method, words),
            disabled: props.refused && isKms(method),
          })),
        ]}
      />
    </FormField>
  )
}

/** Why KMS cannot be chosen here and now, as a sentence. */
function refusalOf(
  system: System | undefined,
  bucket: BucketEncryption | undefined,
  { say, vocabulary }: Words,
): string | undefined {
  if (system === undefined) return undefined
  if (system.seal !== 'serving') return say('kmsAway', { reason: say('sealedTitle') })
  if (system.kms?.state === 'away') return say('kmsAway', { reason: system.kms.reason ?? '' })
  if (system.tls.secure) return undefined
  if (system.requireTls === 'kms' || system.requireTls === 'all') return say('httpsRequired')
  if (vocabulary === 'obs' && bucket?.mode === 'none') return say('httpsNeeded')
  return undefined
}
