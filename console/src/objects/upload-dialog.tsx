import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { useBucketEncryption } from '../buckets/use-bucket.ts'
import { chosenOf, type Draft } from '../encryption/choice.ts'
import { useDiscard } from '../shell/discard-question.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useUploads } from '../uploads/uploads.tsx'
import { useWords } from '../words/use-words.tsx'
import { FileChooser, type ChosenFile } from './file-chooser.tsx'
import { shownName } from './object-address.ts'
import { UploadEncryption } from './upload-encryption.tsx'

/** Files, where they go, and how they are encrypted. The encryption is fixed for each file when it is queued. */
export function UploadDialog(props: {
  readonly bucket: string
  readonly region: string
  readonly folder: string
  readonly onClose: () => void
}): ReactNode {
  const { say, word, vocabulary } = useWords()
  const { queue } = useUploads()
  const [files, setFiles] = useState<readonly ChosenFile[]>([])
  const [draft, setDraft] = useState<Draft | undefined>()
  const [overlay, setOverlay] = useState(false)
  const [asked, setAsked] = useState(false)
  const encryption = useBucketEncryption(props.bucket)
  const { ask, question } = useDiscard(files.length > 0, props.onClose)
  const chosen = draft === undefined ? undefined : chosenOf(draft, vocabulary)

  function upload(): void {
    setAsked(true)
    if (files.length === 0 || (draft !== undefined && chosen === undefined)) return
    const queued = files.map(({ file, name }) => ({ file, key: `${props.folder}${name}` }))
    queue.add(props.bucket, queued, chosen)
    props.onClose()
  }

  return (
    <Modal
      visible={!overlay}
      size="large"
      header={word('uploadButton')}
      onDismiss={ask}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={ask}>
              {say('cancel')}
            </Button>
            <Button variant="primary" onClick={upload}>
              {word('send')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {question}
        <FileChooser files={files} onChange={setFiles} error={asked && files.length === 0 ? say('noFiles') : ''} />
        <Box>{say('uploadTo', { place: `${props.bucket}/${shownName(props.folder)}` })}</Box>
        {encryption.failure !== undefined && <FailureNotice failure={encryption.failure} />}
        <UploadEncryption
          region={props.region}
          bucketEncryption={encryption.value}
          draft={draft}
          onChange={setDraft}
          onOverlay={setOverlay}
        />
      </SpaceBetween>
    </Modal>
  )
}
