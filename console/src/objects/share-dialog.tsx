import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState, type ReactNode } from 'react'
import { path, post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { Shared } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 60 * MINUTE_SECONDS
const DAY_SECONDS = 24 * HOUR_SECONDS

/** A link that works as long as its signer may read the object. It is shown once, and kept nowhere. */
export function ShareDialog(props: {
  readonly bucket: string
  readonly objectKey: string
  readonly versionId: string | undefined
  readonly onClose: () => void
}): ReactNode {
  const { say, word, time } = useWords()
  const options = [
    { value: String(15 * MINUTE_SECONDS), label: say('minutes15') },
    { value: String(HOUR_SECONDS), label: say('hour1') },
    { value: String(DAY_SECONDS), label: say('day1') },
    { value: String(7 * DAY_SECONDS), label: say('days7') },
  ]
  const [seconds, setSeconds] = useState(String(HOUR_SECONDS))
  const [shared, setShared] = useState<Shared | undefined>()
  const { busy, failure, run } = useAction()
  const create = (): void =>
    run(async () => {
      const { objectKey, versionId } = props
      const body = { key: objectKey, seconds: Number(seconds), ...(versionId === undefined ? {} : { versionId }) }
      setShared(await post<Shared>(path('buckets', props.bucket, 'object', 'share'), body))
    })
  return (
    <Modal
      visible
      header={word('share')}
      onDismiss={props.onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={props.onClose}>
              {say('close')}
            </Button>
            {shared === undefined && (
              <Button variant="primary" loading={busy} onClick={create}>
                {say('makeLink')}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {failure !== undefined && <FailureNotice failure={failure} />}
        {shared === undefined ? (
          <FormField label={say('linkLasts')}>
            <Select
              options={options}
              selectedOption={options.find(({ value }) => value === seconds) ?? null}
              onChange={({ detail }) => setSeconds(detail.selectedOption.value ?? seconds)}
            />
          </FormField>
        ) : (
          <>
            <FormField label={say('link')} stretch>
              <Textarea readOnly rows={6} value={shared.url} />
            </FormField>
            <Alert type="info">{say('linkNote', { signer: shared.signer, until: time(shared.expires) })}</Alert>
          </>
        )}
      </SpaceBetween>
    </Modal>
  )
}
