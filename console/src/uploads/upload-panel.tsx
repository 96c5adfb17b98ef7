import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { methodText } from '../encryption/encryption-badge.tsx'
import { objectAddress } from '../objects/object-address.ts'
import { refusalText } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { useUploads, type Upload } from './uploads.tsx'

const MOST_SHOWN = 100

/** What is on its way and what has ended, over every page. */
export function UploadPanel(): ReactNode {
  const { say } = useWords()
  const { uploads, clear } = useUploads()
  if (uploads.length === 0) return null
  const count = (...states: readonly Upload['state'][]): number =>
    uploads.filter(({ state }) => states.includes(state)).length
  const running = count('waiting', 'running')
  return (
    <aside className="uploads" aria-label={say('uploadsTitle')}>
      <Container
        header={
          <Header variant="h2" actions={running === 0 && <Button onClick={clear}>{say('close')}</Button>}>
            {say('uploadsTitle')}
          </Header>
        }
      >
        <SpaceBetween size="s">
          <div role="status">
            {say('uploadsSummary', { done: count('done'), failed: count('failed', 'exists'), running })}
          </div>
          {uploads.slice(0, MOST_SHOWN).map((upload) => (
            <UploadRow key={upload.id} of={upload} />
          ))}
        </SpaceBetween>
      </Container>
    </aside>
  )
}

function UploadRow({ of }: { readonly of: Upload }): ReactNode {
  const words = useWords()
  const { say } = words
  const { cancel, again } = useUploads()
  const percent = of.file.size === 0 ? 100 : Math.round((of.sentBytes / of.file.size) * 100)
  const chosen = of.encryption
  const encryption =
    chosen === undefined
      ? words.word('inherit')
      : methodText({ mode: chosen.mode, cipher: chosen.cipher ?? 'aes-256', key: chosen.key }, words)
  switch (of.state) {
    case 'waiting':
    case 'running':
      return (
        <SpaceBetween size="xxs">
          <ProgressBar value={percent} label={of.key} description={encryption} />
          <Button onClick={() => cancel(of.id)} ariaLabel={say('cancelUploadOf', { key: of.key })}>
            {say('cancel')}
          </Button>
        </SpaceBetween>
      )
    case 'done':
      return (
        <Box>
          {of.key} · {encryption} · {say('uploaded')}{' '}
          <Link href={objectAddress(of.bucket, of.key)}>{say('openDetails')}</Link>
        </Box>
      )
    case 'cancelled':
      return <Box color="text-body-secondary">{`${of.key} · ${say('uploadCancelled')}`}</Box>
    case 'exists':
      return (
        <SpaceBetween size="xxs">
          <Box>{say('uploadExists', { key: of.key })}</Box>
          <Button onClick={() => again(of.id, true)}>{say('overwrite')}</Button>
        </SpaceBetween>
      )
    case 'failed':
      return (
        <SpaceBetween size="xxs">
          <Box color="text-status-error">
            {of.key}: {of.failure === undefined ? '' : refusalText(of.failure, words)}
          </Box>
          <Button onClick={() => again(of.id, false)}>{say('tryAgain')}</Button>
        </SpaceBetween>
      )
  }
}
