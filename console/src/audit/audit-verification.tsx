import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

interface Report {
  readonly intact: boolean
  readonly records: number
  readonly checkpoints: number
  readonly first?: string
  readonly last?: string
  readonly problems: readonly { readonly what: string; readonly record?: number }[]
}

/** The log read from its first record to its last on the server; the answer in words. */
export function AuditVerification(): ReactNode {
  const { say, time } = useWords()
  const [report, setReport] = useState<Report | undefined>()
  const { busy, failure, run } = useAction()
  const verify = (): void => run(async () => setReport(await post<Report>('/audit/verifications')))
  const when = (iso: string | undefined): string => (iso === undefined ? say('none') : time(iso))
  const [problem] = report?.problems ?? []
  return (
    <SpaceBetween size="s">
      <Button loading={busy} onClick={verify}>
        {say('verify')}
      </Button>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {report !== undefined && (
        <Alert type={report.intact ? 'success' : 'error'}>
          {report.intact
            ? say('auditIntact', { records: report.records, from: when(report.first), to: when(report.last) })
            : say('auditBroken', { record: problem?.record ?? 0, what: problem?.what ?? '' })}
        </Alert>
      )}
    </SpaceBetween>
  )
}
