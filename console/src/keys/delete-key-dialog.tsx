import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { get, path, post } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Dependants, KeyRow } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { KeyDependants } from './key-dependants.tsx'
import { keyName } from './key-list-page.tsx'
import { OverrideDeletion } from './override-deletion.tsx'

const FEWEST_DAYS = 7
const MOST_DAYS = 30

/** What depends on the key is counted before anything can be pressed. Enter does not confirm. */
export function DeleteKeyDialog(props: {
  readonly of: KeyRow
  readonly onClose: () => void
  readonly onDone: () => void
}): ReactNode {
  const { say } = useWords()
  const { of: key, onClose, onDone } = props
  const [days, setDays] = useState(String(MOST_DAYS))
  const [typed, setTyped] = useState('')
  const { busy, failure, run } = useAction()
  const dependants = useResource(`dependants of ${key.id}, before deletion`, (signal) =>
    get<Dependants>(path('keys', key.id, 'dependants'), undefined, signal),
  )
  const counts = dependants.value
  const needed = counts !== undefined && counts.versions + counts.uploads + counts.defaults > 0
  const count = Number(days)
  const daysRight = Number.isInteger(count) && count >= FEWEST_DAYS && count <= MOST_DAYS
  const named = typed === key.id || key.aliases.includes(typed)
  const ready = counts !== undefined && !needed && daysRight && named
  return (
    <Modal
      visible
      size="large"
      header={say('scheduleDeletionOf', { key: keyName(key) })}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            {needed && key.state === 'enabled' && (
              <Button
                loading={busy}
                onClick={() =>
                  run(async () => {
                    await post(path('keys', key.id, 'disable'))
                    onDone()
                  })
                }
              >
                {say('disableInstead')}
              </Button>
            )}
            <Button variant="link" onClick={onClose}>
              {say('close')}
            </Button>
            {!needed && (
              <Button
                disabled={!ready}
                loading={busy}
                onClick={() =>
                  run(async () => {
                    await post(path('keys', key.id, 'schedule-deletion'), { days: count })
                    onDone()
                  })
                }
              >
                {say('scheduleDeletion')}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {failure !== undefined && <FailureNotice failure={failure} />}
        {needed && (
          <Alert type="error" header={say('cannotSchedule')}>
            {say('keyInUse', { n: counts.versions, u: counts.uploads, d: counts.defaults })} {say('unreadable')}
          </Alert>
        )}
        {counts === undefined ? <Loaded of={dependants}>{() => null}</Loaded> : <KeyDependants of={dependants} />}
        {needed && <Box>{say('whatHelps')}</Box>}
        {needed && <OverrideDeletion of={key} counts={counts} onDone={onDone} />}
        {counts !== undefined && !needed && (
          <>
            <FormField
              label={say('waitingDays')}
              constraintText={say('waitingDaysHint')}
              errorText={daysRight ? '' : say('waitingDaysHint')}
            >
              <Input type="number" value={days} onChange={({ detail }) => setDays(detail.value)} />
            </FormField>
            <FormField label={say('typeKeyName')} constraintText={key.aliases[0] ?? key.id}>
              <Input value={typed} onChange={({ detail }) => setTyped(detail.value.trim())} />
            </FormField>
            <Box>{say('deletionEnd')}</Box>
          </>
        )}
      </SpaceBetween>
    </Modal>
  )
}
