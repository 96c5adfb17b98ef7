import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { path, post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { Dependants, KeyRow } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useRight } from '../states/use-right.ts'
import { useWords } from '../words/use-words.tsx'

const RIGHT = 'coffer:CryptoShred'
const LEAST_REASON_CHARS = 3

/**
 * Deleting a key in spite of what depends on it. Folded; only who may sees more than what is missing. The count is
 * typed, grouped as everywhere, and the reason stands in the audit log.
 */
export function OverrideDeletion(props: {
  readonly of: KeyRow
  readonly counts: Dependants
  readonly onDone: () => void
}): ReactNode {
  const { say } = useWords()
  const { of: key, counts } = props
  const may = useRight(RIGHT, key.arn)
  return (
    <ExpandableSection headerText={say('deleteAnyway')}>
      {may === false && <Box>{say('missingAction', { action: RIGHT, resource: key.arn })}</Box>}
      {may === true && (
        <SpaceBetween size="s">
          <Alert type="error">{say('shredMeans', { n: counts.versions, u: counts.uploads, d: counts.defaults })}</Alert>
          <Confirmation {...props} />
        </SpaceBetween>
      )}
    </ExpandableSection>
  )
}

function Confirmation(props: {
  readonly of: KeyRow
  readonly counts: Dependants
  readonly onDone: () => void
}): ReactNode {
  const { say } = useWords()
  const { of: key, counts, onDone } = props
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const { busy, failure, run } = useAction()
  // One spelling for everybody: the server compares the text.
  const confirm = `SHRED ${counts.versions.toLocaleString('en-US')}`
  const ready = typed === confirm && reason.trim().length >= LEAST_REASON_CHARS
  return (
    <SpaceBetween size="s">
      {failure !== undefined && <FailureNotice failure={failure} />}
      <FormField label={say('shredConfirm', { text: confirm })}>
        <Input value={typed} onChange={({ detail }) => setTyped(detail.value)} />
      </FormField>
      <FormField label={say('shredReason')} constraintText={say('shredReasonHint')}>
        <Input value={reason} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
      <Button
        disabled={!ready}
        loading={busy}
        onClick={() =>
          run(async () => {
            await post(path('keys', key.id, 'schedule-deletion'), { override: { confirm, reason: reason.trim() } })
            onDone()
          })
        }
      >
        {say('shredNow')}
      </Button>
    </SpaceBetween>
  )
}
