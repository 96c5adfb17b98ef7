import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { path, post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { Deleted, ListedObject } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { shownName } from './object-address.ts'

const MOST_NAMED = 10

export function DeleteObjectsDialog(props: {
  readonly bucket: string
  readonly objects: readonly ListedObject[]
  /** Each chosen version for good; else the current one, as the bucket's versioning says. */
  readonly withVersions: boolean
  readonly onClose: () => void
  readonly onDeleted: () => void
}): ReactNode {
  const { say } = useWords()
  const { objects, withVersions } = props
  const { busy, failure, run } = useAction()
  const [refused, setRefused] = useState<Deleted['items']>([])

  function erase(): void {
    run(async () => {
      const { items } = await post<Deleted>(path('buckets', props.bucket, 'objects', 'delete'), {
        items: objects.map(({ key, versionId }) => ({
          key,
          ...(withVersions && versionId !== undefined && { versionId }),
        })),
      })
      const kept = items.filter(({ error }) => error !== undefined)
      setRefused(kept)
      if (kept.length === 0) props.onDeleted()
    })
  }

  return (
    <Modal
      visible
      header={say('deleteObjectsTitle', { count: objects.length })}
      onDismiss={props.onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={props.onClose}>
              {say('cancel')}
            </Button>
            <Button loading={busy} onClick={erase}>
              {say('deleteObjects')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        {failure !== undefined && <FailureNotice failure={failure} />}
        {refused.map(({ key, error }) => (
          <Box key={key} color="text-status-error">
            {shownName(key)}: {error?.message}
          </Box>
        ))}
        <Box>{withVersions ? say('deleteVersionsText') : say('deleteObjectsText')}</Box>
        <ul className="steps">
          {objects.slice(0, MOST_NAMED).map(({ key, versionId }) => (
            <li key={`${versionId ?? ''} ${key}`}>{shownName(key)}</li>
          ))}
        </ul>
      </SpaceBetween>
    </Modal>
  )
}
