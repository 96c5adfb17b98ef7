import Button from '@cloudscape-design/components/button'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useRef, useState, type ReactNode } from 'react'
import { get } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

interface Piece {
  readonly lines: readonly string[]
  readonly next?: string
}

const FILE_NAME = 'coffer-audit.jsonl'

/**
 * The whole log as a file that a colleague can check without this server: one record a line, with the checkpoints. Page
 * by page, so that no answer is longer than the server's limit; it can be stopped.
 */
export function ExportButton(): ReactNode {
  const { say, number } = useWords()
  const [count, setCount] = useState<number | undefined>()
  const stop = useRef<AbortController>(undefined)
  const { busy, failure, run } = useAction()

  const save = (): void =>
    run(async () => {
      const abort = new AbortController()
      stop.current = abort
      const pieces: string[] = []
      try {
        let after: string | undefined
        let records = 0
        do {
          const piece: Piece = await get<Piece>('/audit/exports', { format: 'ledger', after }, abort.signal)
          pieces.push(...piece.lines.map((line) => `${line}\n`))
          records += piece.lines.length
          setCount(records)
          after = piece.next
        } while (after !== undefined)
        download(new Blob(pieces, { type: 'application/x-ndjson' }))
      } catch (thrown) {
        if (!abort.signal.aborted) throw thrown
      } finally {
        setCount(undefined)
      }
    })

  return (
    <SpaceBetween size="xs">
      <SpaceBetween size="xs" direction="horizontal">
        <Button loading={busy} iconName="download" onClick={save}>
          {say('exportAudit')}
        </Button>
        {busy && <Button onClick={() => stop.current?.abort()}>{say('cancel')}</Button>}
      </SpaceBetween>
      {count !== undefined && <ProgressBar value={100} description={say('exported', { count: number(count) })} />}
      {failure !== undefined && <FailureNotice failure={failure} />}
    </SpaceBetween>
  )
}

function download(file: Blob): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = FILE_NAME
  link.click()
  URL.revokeObjectURL(address)
}
