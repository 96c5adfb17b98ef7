import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useRef, useState, type ReactNode } from 'react'
import { path, post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { ImportParameters, KeyRow } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

const WRAPPINGS = [
  'RSAES_OAEP_SHA_256',
  'RSAES_OAEP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
] as const
const ROWS = 8

/** Own material for a key: fetch what to wrap it with, wrap it elsewhere, bring the wrapped bytes. In the clear it never comes here. */
export function ImportMaterial(props: { readonly of: KeyRow; readonly onChange: () => void }): ReactNode {
  const { say, time } = useWords()
  const { of: key, onChange } = props
  const [wrapping, setWrapping] = useState<string>(WRAPPINGS[0])
  const [parameters, setParameters] = useState<ImportParameters | undefined>()
  const { busy, failure, run } = useAction()
  const fetchParameters = (): void =>
    run(async () =>
      setParameters(await post<ImportParameters>(path('keys', key.id, 'import-parameters'), { wrapping })),
    )
  return (
    <SpaceBetween size="m">
      {failure !== undefined && <FailureNotice failure={failure} />}
      <Box>{say('importSteps')}</Box>
      <FormField label={say('importWrapping')}>
        <Select
          options={WRAPPINGS.map((value) => ({ value }))}
          selectedOption={{ value: wrapping }}
          onChange={({ detail }) => setWrapping(detail.selectedOption.value ?? wrapping)}
        />
      </FormField>
      <Button loading={busy} onClick={fetchParameters}>
        {say('importGetKey')}
      </Button>
      {parameters !== undefined && (
        <>
          <FormField label={say('importPublicKey')} stretch>
            <Textarea readOnly rows={ROWS} value={parameters.publicKeyPem} />
          </FormField>
          <Alert type="info">{say('importUntil', { when: time(parameters.expires) })}</Alert>
          <WrappedMaterial
            busy={busy}
            onImport={(material) =>
              run(async () => {
                await post(path('keys', key.id, 'import'), { token: parameters.token, material })
                setParameters(undefined)
                onChange()
              })
            }
          />
        </>
      )}
    </SpaceBetween>
  )
}

/** A file with the wrapped bytes, or with their base64. */
function WrappedMaterial(props: { readonly busy: boolean; readonly onImport: (material: string) => void }): ReactNode {
  const { say } = useWords()
  const input = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState<{ readonly name: string; readonly material: string } | undefined>()
  const read = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) setChosen({ name: file.name, material: base64Of(new Uint8Array(await file.arrayBuffer())) })
  }
  return (
    <SpaceBetween size="s">
      <SpaceBetween size="xs" direction="horizontal" alignItems="center">
        <Button onClick={() => input.current?.click()}>{say('importChoose')}</Button>
        <Box>{chosen?.name ?? say('none')}</Box>
      </SpaceBetween>
      <input
        ref={input}
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        className="hidden-file"
        onChange={(event) => {
          void read(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Button
        variant="primary"
        loading={props.busy}
        disabled={chosen === undefined}
        onClick={() => {
          if (chosen !== undefined) props.onImport(chosen.material)
        }}
      >
        {say('importNow')}
      </Button>
    </SpaceBetween>
  )
}

/** As it is where the file holds base64 already; the server judges what is in it. */
function base64Of(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes).trim()
  return /^[A-Za-z0-9+/\s]+={0,2}$/.test(text) ? text.replaceAll(/\s/g, '') : btoa(String.fromCharCode(...bytes))
}
