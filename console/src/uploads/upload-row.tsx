import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { methodText } from '../encryption/encryption-badge.tsx'
import { objectAddress, shownName } from '../objects/object-address.ts'
import { refusalText } from '../states/refusal-text.ts'
import { WhyButton } from '../states/why-button.tsx'
import { useWords, type Words } from '../words/use-words.tsx'
import type { Upload, UploadQueue } from './upload-queue.ts'

interface RowProps {
  readonly of: Upload
  readonly queue: UploadQueue
}

/** One file: how far it is and what can be done about it, or what came of it. */
export function UploadRow(props: RowProps): ReactNode {
  const { say } = useWords()
  const { of } = props
  switch (of.state) {
    case 'waiting':
    case 'running':
    case 'paused':
      return <OnItsWay {...props} />
    case 'done':
      return <Done {...props} />
    case 'cancelled':
      return <Box color="text-body-secondary">{`${shownName(of.key)} · ${say('uploadCancelled')}`}</Box>
    case 'exists':
      return <There {...props} />
    case 'failed':
      return <Failed {...props} />
  }
}

function OnItsWay({ of, queue }: RowProps): ReactNode {
  const words = useWords()
  const { say, size } = words
  const percent = of.file.size === 0 ? 100 : Math.round((of.sentBytes / of.file.size) * 100)
  const name = shownName(of.key)
  const facts = [
    encryptionText(of, words),
    say('uploadBytes', { sent: size(of.sentBytes), all: size(of.file.size) }),
    ...(of.state === 'paused' ? [say('uploadPaused')] : of.resumed ? [say('uploadResumed')] : []),
  ]
  return (
    <SpaceBetween size="xxs">
      <ProgressBar value={percent} label={name} description={facts.join(' · ')} />
      <SpaceBetween size="xs" direction="horizontal">
        {of.state === 'paused' ? (
          <Button onClick={() => queue.resume(of.id)} ariaLabel={say('resumeUploadOf', { key: name })}>
            {say('resumeUpload')}
          </Button>
        ) : (
          <Button onClick={() => queue.pause(of.id)} ariaLabel={say('pauseUploadOf', { key: name })}>
            {say('pauseUpload')}
          </Button>
        )}
        <Button onClick={() => queue.cancel(of.id)} ariaLabel={say('cancelUploadOf', { key: name })}>
          {say('cancel')}
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  )
}

function Done({ of }: RowProps): ReactNode {
  const words = useWords()
  const { say } = words
  return (
    <Box>
      {`${shownName(of.key)} · ${encryptionText(of, words)} · ${say('uploaded')} `}
      <Link href={objectAddress(of.bucket, of.key)}>{say('openDetails')}</Link>
    </Box>
  )
}

/** Asked after the fact, by the server: there is no gap between looking and writing. */
function There({ of, queue }: RowProps): ReactNode {
  const { say } = useWords()
  return (
    <SpaceBetween size="xxs">
      <Box>{say('uploadExists', { key: shownName(of.key) })}</Box>
      <SpaceBetween size="xs" direction="horizontal">
        <Button onClick={() => queue.resume(of.id, { overwrite: true })}>{say('overwrite')}</Button>
        <Button onClick={() => queue.keepBoth(of.id)}>{say('keepBoth')}</Button>
        <Button onClick={() => queue.cancel(of.id)}>{say('cancel')}</Button>
      </SpaceBetween>
    </SpaceBetween>
  )
}

function Failed({ of, queue }: RowProps): ReactNode {
  const words = useWords()
  const { say } = words
  const { failure } = of
  return (
    <SpaceBetween size="xxs">
      <Box color="text-status-error">
        {`${shownName(of.key)}: ${failure === undefined ? '' : refusalText(failure, words)}`}
      </Box>
      <SpaceBetween size="xs" direction="horizontal">
        <Button onClick={() => queue.resume(of.id)}>{say('tryAgain')}</Button>
        {failure !== undefined && <WhyButton failure={failure} />}
        <Button onClick={() => queue.cancel(of.id)} ariaLabel={say('cancelUploadOf', { key: shownName(of.key) })}>
          {say('cancel')}
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  )
}

function encryptionText({ encryption: chosen }: Upload, words: Words): string {
  if (chosen === undefined) return words.word('inherit')
  return methodText({ mode: chosen.mode, cipher: chosen.cipher ?? 'aes-256', key: chosen.key }, words)
}
