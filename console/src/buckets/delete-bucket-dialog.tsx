import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { path, remove } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

export function DeleteBucketDialog(props: {
  readonly bucket: string
  readonly onClose: () => void
  readonly onDeleted: () => void
}): ReactNode {
  const { say } = useWords()
  const { bucket } = props
  const { busy, failure, run } = useAction()
  const versions = failure?.number('versions')
  const uploads = failure?.number('uploads')
  return (
    <Modal
      visible
      header={say('deleteBucketTitle', { bucket })}
      onDismiss={props.onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={props.onClose}>
              {say('cancel')}
            </Button>
            <Button
              loading={busy}
              onClick={() =>
                run(async () => {
                  await remove(path('buckets', bucket))
                  props.onDeleted()
                })
              }
            >
              {say('deleteBucket')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {failure !== undefined && (
          <FailureNotice failure={failure}>
            {versions !== undefined && say('bucketNotEmpty', { versions, uploads: uploads ?? 0 })}
          </FailureNotice>
        )}
        <Box>{say('deleteBucketText')}</Box>
      </SpaceBetween>
    </Modal>
  )
}
