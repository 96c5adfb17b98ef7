import Button from '@cloudscape-design/components/button'
import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { path, put } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { KeyRow } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { rotationText } from './key-list-page.tsx'

const FEWEST_DAYS = 90
const MOST_DAYS = 2_560
const USUAL_DAYS = 365

export function KeyRotation(props: { readonly of: KeyRow; readonly onChange: () => void }): ReactNode {
  const words = useWords()
  const { say } = words
  const { of: key, onChange } = props
  const [days, setDays] = useState(String(key.rotation?.periodDays ?? USUAL_DAYS))
  const { busy, failure, run } = useAction()
  const count = Number(days)
  const right = Number.isInteger(count) && count >= FEWEST_DAYS && count <= MOST_DAYS
  const set = (periodDays: number | undefined): void =>
    run(async () => {
      await put(path('keys', key.id, 'rotation'), periodDays === undefined ? {} : { periodDays })
      onChange()
    })
  return (
    <SpaceBetween size="m">
      {failure !== undefined && <FailureNotice failure={failure} />}
      <Box>{rotationText(key, words)}</Box>
      <Box color="text-body-secondary">{say('rotationHelp')}</Box>
      {key.manager === 'customer' && (
        <>
          <FormField label={say('rotationPeriod')} errorText={right ? '' : say('rotationPeriodHint')}>
            <Input type="number" value={days} onChange={({ detail }) => setDays(detail.value)} />
          </FormField>
          <SpaceBetween size="xs" direction="horizontal">
            <Button loading={busy} disabled={!right} onClick={() => set(count)}>
              {say('rotationSwitchOn')}
            </Button>
            {key.rotation !== undefined && (
              <Button loading={busy} onClick={() => set(undefined)}>
                {say('rotationSwitchOff')}
              </Button>
            )}
          </SpaceBetween>
        </>
      )}
    </SpaceBetween>
  )
}
