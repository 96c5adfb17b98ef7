import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Table from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { get, path, remove } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Grant } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

export function KeyGrants({ id }: { readonly id: string }): ReactNode {
  const { say, time } = useWords()
  const route = path('keys', id, 'grants')
  const grants = useResource(`grants of ${id}`, (signal) =>
    get<{ readonly grants: readonly Grant[] }>(route, undefined, signal),
  )
  const { busy, failure, run } = useAction()
  const refused = failure ?? grants.failure
  if (refused !== undefined) return <FailureNotice failure={refused} onRetry={grants.reload} />
  return (
    <Table
      items={grants.value?.grants ?? []}
      trackBy="id"
      loading={grants.loading && grants.value === undefined}
      loadingText={say('loading')}
      ariaLabels={{ tableLabel: say('keyGrants') }}
      empty={<Box>{say('noGrants')}</Box>}
      columnDefinitions={[
        { id: 'grantee', header: say('grantee'), isRowHeader: true, cell: ({ grantee }) => grantee },
        { id: 'operations', header: say('grantOperations'), cell: ({ operations }) => operations.join(', ') },
        { id: 'created', header: say('columnCreated'), cell: ({ created }) => time(created) },
        {
          id: 'revoke',
          header: say('revoke'),
          cell: (grant) => (
            <Button
              loading={busy}
              onClick={() =>
                run(async () => {
                  await remove(route, { id: grant.id })
                  grants.reload()
                })
              }
            >
              {say('revoke')}
            </Button>
          ),
        },
      ]}
    />
  )
}
