import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Select, { type SelectProps } from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import type { KeyRow } from '../api/shapes.ts'
import { stateText } from '../keys/key-state.ts'
import { NewKeyOverlay } from '../keys/new-key-overlay.tsx'
import { refusalText } from '../states/refusal-text.ts'
import { useWords, type Words } from '../words/use-words.tsx'
import { vendorAction } from '../words/vendor-actions.ts'
import { referenceOf } from './choice.ts'
import { useKeys } from './use-keys.ts'

const DEFAULT_VALUE = 'default key of the vendor'

/**
 * The keys of one region, and the way to make another. `value` is a key's reference; with `withDefault` the vendor's
 * default key is in the list, there before the list has come, and `''` stands for it.
 */
export function KeyChooser(props: {
  readonly label: string
  readonly region: string
  readonly value: string
  readonly withDefault?: boolean
  readonly error?: string
  readonly onChoose: (reference: string) => void
  /** The page over the dialog is open: the dialog keeps its state and steps aside. */
  readonly onOverlay: (open: boolean) => void
}): ReactNode {
  const words = useWords()
  const { say, word, vocabulary } = words
  const keys = useKeys(props.region)
  const [creating, setCreating] = useState(false)
  const overlay = (open: boolean): void => {
    setCreating(open)
    props.onOverlay(open)
  }
  const options = [
    ...(props.withDefault === true ? [{ value: DEFAULT_VALUE, label: word('defaultKey') }] : []),
    ...(keys.value?.items ?? [])
      .filter((key) => isOwn(key) && key.region === props.region)
      .map((key) => optionOf(key, words)),
  ]
  const wanted = props.value === '' && props.withDefault === true ? DEFAULT_VALUE : props.value
  const chosen = options.find(({ value }) => value === wanted) ?? unknownOption(wanted)
  const [missing] = [...(keys.value?.missing ?? []), ...(keys.failure?.missing ?? [])]
  return (
    <SpaceBetween size="xs">
      <FormField
        label={props.label}
        errorText={props.error}
        stretch
        secondaryControl={
          <SpaceBetween size="xs" direction="horizontal">
            <Button
              href="/keys/new"
              onFollow={(event) => {
                event.preventDefault()
                overlay(true)
              }}
            >
              {word('createKey')}
            </Button>
            <Button iconName="refresh" ariaLabel={say('refresh')} onClick={keys.reload} />
          </SpaceBetween>
        }
      >
        <Select
          placeholder={say('chooseKey')}
          empty={say('noKeys')}
          filteringType={options.length > 10 ? 'auto' : 'none'}
          statusType={keys.loading && keys.value === undefined ? 'loading' : 'finished'}
          loadingText={say('loading')}
          options={options}
          selectedOption={chosen}
          onChange={({ detail }) => {
            const { value } = detail.selectedOption
            props.onChoose(value === undefined || value === DEFAULT_VALUE ? '' : value)
          }}
        />
      </FormField>
      {missing !== undefined && (
        <Alert type="info">{say('keysNotListed', { action: vendorAction(missing.action, vocabulary) })}</Alert>
      )}
      {missing === undefined && keys.failure !== undefined && (
        <Alert type="warning">{refusalText(keys.failure, words)}</Alert>
      )}
      {creating && (
        <NewKeyOverlay
          region={props.region}
          onBack={() => overlay(false)}
          onCreated={(key) => {
            keys.reload()
            props.onChoose(referenceOf(key, vocabulary))
            overlay(false)
          }}
        />
      )}
    </SpaceBetween>
  )
}

/** Keys that the service makes and keeps by itself are chosen as the default, not one by one. */
function isOwn(key: KeyRow): boolean {
  return key.manager === 'customer'
}

function optionOf(key: KeyRow, words: Words): SelectProps.Option & { readonly value: string } {
  const usable = key.state === 'enabled'
  return {
    value: referenceOf(key, words.vocabulary),
    label: key.aliases[0] ?? key.id,
    description: [key.aliases.length > 0 ? key.id : '', key.description].filter((text) => text !== '').join(' · '),
    ...(usable ? {} : { disabled: true, labelTag: stateText(key.state, words) }),
  }
}

/** What is chosen and not in the list is shown as it was put. */
function unknownOption(value: string): SelectProps.Option | null {
  return value === '' || value === DEFAULT_VALUE ? null : { value, label: value }
}
