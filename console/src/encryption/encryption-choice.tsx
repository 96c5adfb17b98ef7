import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { useSystem } from '../shell/system.tsx'
import { useWords, type Words } from '../words/use-words.tsx'
import { doubtAbout, isFullArn, methodsOf, type Draft, type KeyKind, type Method } from './choice.ts'
import { KeyChooser } from './key-chooser.tsx'
import { useKeys } from './use-keys.ts'

export interface EncryptionChoiceProps {
  /** The name of the group, as the vendor's page has it. */
  readonly label: string
  readonly draft: Draft
  readonly region: string
  readonly methods?: readonly Method[]
  /** Fewer ways to a key than the vocabulary has: then the bucket key is fixed too. */
  readonly keyKinds?: readonly KeyKind[]
  readonly keyError?: string
  readonly onChange: (draft: Draft) => void
  readonly onOverlay: (open: boolean) => void
}

/** The methods of a vocabulary and, under KMS, the key: in the create dialog and in a bucket's settings alike. */
export function EncryptionChoice(props: EncryptionChoiceProps): ReactNode {
  const words = useWords()
  const { draft, onChange } = props
  const methods = props.methods ?? methodsOf(words.vocabulary)
  const kms = draft.method === 'kms' || draft.method === 'dsse'
  return (
    <SpaceBetween size="s">
      <FormField label={props.label} stretch>
        <RadioGroup
          value={draft.method}
          onChange={({ detail }) => {
            const method = methods.find((one) => one === detail.value)
            if (method !== undefined) onChange({ ...draft, method, keyKind: keyKindOf(draft, props.keyKinds) })
          }}
          items={methods.map((method) => ({
            value: method,
            label: methodName(method, words),
            description: methodHelp(method, words),
          }))}
        />
      </FormField>
      {kms && <KeyOfChoice {...props} />}
    </SpaceBetween>
  )
}

function KeyOfChoice(props: EncryptionChoiceProps): ReactNode {
  const { say, word, vocabulary } = useWords()
  const { draft, onChange } = props
  const usual: readonly KeyKind[] = vocabulary === 's3' ? ['default', 'own', 'typed'] : ['default', 'own']
  const kinds = props.keyKinds ?? usual
  const labels = { default: word('defaultKey'), own: word('ownKey'), typed: say('typedKey') }
  const help = { default: say('defaultKeyHelp'), own: say('ownKeyHelp'), typed: say('typedKeyHelp') }
  return (
    <SpaceBetween size="s">
      <KmsState />
      <FormField label={say('whichKey')} stretch>
        <RadioGroup
          value={draft.keyKind}
          onChange={({ detail }) => {
            const keyKind = kinds.find((one) => one === detail.value)
            if (keyKind !== undefined) onChange({ ...draft, keyKind })
          }}
          items={kinds.map((kind) => ({ value: kind, label: labels[kind], description: help[kind] }))}
        />
      </FormField>
      {draft.keyKind === 'own' && (
        <KeyChooser
          label={vocabulary === 'oss' ? word('ownKey') : say('chooseKey')}
          region={props.region}
          value={draft.key}
          error={props.keyError}
          onChoose={(key) => onChange({ ...draft, key })}
          onOverlay={props.onOverlay}
        />
      )}
      {draft.keyKind === 'typed' && <TypedKey {...props} />}
      {vocabulary === 's3' && draft.method === 'kms' && props.keyKinds === undefined && (
        <FormField label={word('bucketKey')} description={say('bucketKeyHelp')}>
          <RadioGroup
            value={draft.bucketKey ? 'enable' : 'disable'}
            onChange={({ detail }) => onChange({ ...draft, bucketKey: detail.value === 'enable' })}
            items={[
              { value: 'disable', label: say('disable') },
              { value: 'enable', label: say('enable') },
            ]}
          />
        </FormField>
      )}
    </SpaceBetween>
  )
}

/** S3 takes any text; the page tells what will come of it, and refuses nothing. */
function TypedKey(props: EncryptionChoiceProps): ReactNode {
  const { say } = useWords()
  const { draft, region, onChange } = props
  const keys = useKeys(region).value?.items
  const typed = draft.typed.trim()
  const doubt = keys === undefined ? undefined : doubtAbout(typed, keys)
  return (
    <SpaceBetween size="s">
      <FormField label={say('typedKey')} errorText={props.keyError} stretch>
        <Input value={draft.typed} onChange={({ detail }) => onChange({ ...draft, typed: detail.value })} />
      </FormField>
      {typed !== '' && !isFullArn(typed) && <Alert type="warning">{say('aliasNote')}</Alert>}
      {doubt !== undefined && <Alert type="warning">{say(doubt)}</Alert>}
    </SpaceBetween>
  )
}

function keyKindOf({ keyKind }: Draft, kinds: readonly KeyKind[] | undefined): KeyKind {
  return kinds === undefined || kinds.includes(keyKind) ? keyKind : (kinds[0] ?? keyKind)
}

/** Whether the key service can be used now, in words. */
export function KmsState(): ReactNode {
  const { say } = useWords()
  const kms = useSystem().value?.kms
  if (kms === undefined) return null
  if (kms.state === 'ready') return <Alert type="info">{say('kmsReady')}</Alert>
  return <Alert type="error">{say('kmsAway', { reason: kms.reason ?? '' })}</Alert>
}

export function methodName(method: Method, { word }: Pick<Words, 'word'>): string {
  switch (method) {
    case 'none':
      return word('none')
    case 'service':
      return word('serviceKey')
    case 'kms':
      return word('kms')
    case 'dsse':
      return word('dsse')
    case 'sm4':
      return word('sm4')
  }
}

function methodHelp(method: Method, { say }: Pick<Words, 'say'>): string {
  switch (method) {
    case 'none':
      return say('noneHelp')
    case 'service':
      return say('serviceKeyHelp')
    case 'kms':
      return say('kmsHelp')
    case 'dsse':
      return say('dsseHelp')
    case 'sm4':
      return say('sm4Help')
  }
}
