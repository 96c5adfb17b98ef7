import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'
import type { Upload, UploadQueue } from './upload-queue.ts'
import { UploadRow } from './upload-row.tsx'
import { useUploads } from './uploads.tsx'

const MOST_SHOWN = 100
/** What asks for something comes first, and what has ended last. */
const ORDER: readonly Upload['state'][] = ['exists', 'failed', 'running', 'paused', 'waiting', 'done', 'cancelled']

/** What is on its way and what has ended, over every page. */
export function UploadPanel(): ReactNode {
  const { say } = useWords()
  const { uploads, queue } = useUploads()
  if (uploads.length === 0) return null
  const count = (...states: readonly Upload['state'][]): number =>
    uploads.filter(({ state }) => states.includes(state)).length
  const shown =
    uploads.length <= MOST_SHOWN
      ? uploads
      : ORDER.flatMap((state) => uploads.filter((one) => one.state === state)).slice(0, MOST_SHOWN)
  return (
    <aside className="uploads" aria-label={say('uploadsTitle')}>
      <Container
        header={
          <Header variant="h2" actions={<ForAll uploads={uploads} queue={queue} />}>
            {say('uploadsTitle')}
          </Header>
        }
      >
        <SpaceBetween size="s">
          <div role="status">
            {say('uploadsSummary', {
              done: count('done'),
              failed: count('failed', 'exists'),
              running: count('waiting', 'running', 'paused'),
            })}
          </div>
          {shown.map((upload) => (
            <UploadRow key={upload.id} of={upload} queue={queue} />
          ))}
          {uploads.length > shown.length && <div>{say('filesMore', { count: uploads.length - shown.length })}</div>}
        </SpaceBetween>
      </Container>
    </aside>
  )
}

function ForAll({ uploads, queue }: { readonly uploads: readonly Upload[]; readonly queue: UploadQueue }): ReactNode {
  const { say } = useWords()
  const running = uploads.filter(({ state }) => state === 'waiting' || state === 'running')
  const paused = uploads.filter(({ state }) => state === 'paused')
  if (running.length + paused.length === 0) return <Button onClick={() => queue.clear()}>{say('close')}</Button>
  return (
    <SpaceBetween size="xs" direction="horizontal">
      {running.length > 1 && (
        <Button onClick={() => running.forEach(({ id }) => queue.pause(id))}>{say('pauseAll')}</Button>
      )}
      {paused.length > 1 && (
        <Button onClick={() => paused.forEach(({ id }) => queue.resume(id))}>{say('resumeAll')}</Button>
      )}
      {running.length + paused.length > 1 && (
        <Button onClick={() => [...running, ...paused].forEach(({ id }) => queue.cancel(id))}>
          {say('cancelAll')}
        </Button>
      )}
    </SpaceBetween>
  )
}
