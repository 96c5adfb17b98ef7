import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { get, path } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { KeyUsage } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

const DAYS = 90

/** Who used the key, and for what: from the audit log. */
export function KeyUsage({ id }: { readonly id: string }): ReactNode {
  const { say, time, number } = useWords()
  const usage = useResource(`usage of ${id}`, (signal) =>
    get<KeyUsage>(path('keys', id, 'usage'), { days: DAYS }, signal),
  )
  if (usage.failure !== undefined) return <FailureNotice failure={usage.failure} onRetry={usage.reload} />
  const last = usage.value?.lastUsed
  return (
    <SpaceBetween size="s">
      <Box>{last === undefined ? say('neverUsed', { days: DAYS }) : say('lastUsed', { when: time(last) })}</Box>
      <Table
        items={usage.value?.users ?? []}
        loading={usage.loading && usage.value === undefined}
        loadingText={say('loading')}
        ariaLabels={{ tableLabel: say('usage') }}
        empty={<Box>{say('neverUsed', { days: DAYS })}</Box>}
        columnDefinitions={[
          { id: 'who', header: say('auditWho'), isRowHeader: true, cell: ({ caller }) => caller },
          { id: 'what', header: say('auditWhat'), cell: ({ action }) => action },
          { id: 'result', header: say('auditResult'), cell: ({ outcome }) => outcome },
          { id: 'count', header: say('usageCount'), cell: ({ count }) => number(count) },
          { id: 'last', header: say('auditTime'), cell: (row) => time(row.last) },
        ]}
      />
    </SpaceBetween>
  )
}
