import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import { get, path, remove } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Page as ListPage } from '../api/shapes.ts'
import { Pager, useCursors } from '../shell/pager.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { NewPersonDialog } from './new-person-dialog.tsx'
import type { PeopleKind } from './people-kinds.ts'

interface Entry {
  readonly name: string
  readonly arn: string
  readonly created: string
}

export function PeopleList(props: { readonly kind: PeopleKind; readonly label: string }): ReactNode {
  const { say, time } = useWords()
  const { kind, label } = props
  const cursors = useCursors(kind)
  const [creating, setCreating] = useState(false)
  const [chosen, setChosen] = useState<readonly Entry[]>([])
  const list = useResource(`${kind} ${cursors.after ?? ''}`, (signal) =>
    get<ListPage<Entry>>(path('people', kind), { after: cursors.after }, signal),
  )
  const { busy, failure, run } = useAction()
  const [one] = chosen
  const erase = (entry: Entry): void =>
    run(async () => {
      await remove(path('people', kind, kind === 'policies' ? entry.arn : entry.name))
      setChosen([])
      list.reload()
    })
  const refused = failure ?? list.failure
  return (
    <SpaceBetween size="m">
      {refused !== undefined && <FailureNotice failure={refused} onRetry={list.reload} />}
      <Table
        items={list.value?.items ?? []}
        trackBy="arn"
        loading={list.loading && list.value === undefined}
        loadingText={say('loading')}
        selectionType="single"
        selectedItems={[...chosen]}
        onSelectionChange={({ detail }) => setChosen(detail.selectedItems)}
        ariaLabels={{
          tableLabel: label,
          selectionGroupLabel: label,
          itemSelectionLabel: (_, entry) => entry.name,
        }}
        pagination={<Pager cursors={cursors} next={list.value?.next} />}
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  loading={busy}
                  disabled={one === undefined}
                  onClick={() => {
                    if (one !== undefined) erase(one)
                  }}
                >
                  {say('deleteObjects')}
                </Button>
                <Button variant="primary" onClick={() => setCreating(true)}>
                  {say('createNew')}
                </Button>
              </SpaceBetween>
            }
          >
            {label}
          </Header>
        }
        empty={<Box>{say('nobody')}</Box>}
        columnDefinitions={[
          {
            id: 'name',
            header: say('columnName'),
            isRowHeader: true,
            cell: ({ name, arn }) => (
              // A policy is named by its ARN: the server's own have the names of nobody's account.
              <Link href={`/people/${kind}/${encodeURIComponent(kind === 'policies' ? arn : name)}`}>{name}</Link>
            ),
          },
          { id: 'arn', header: 'ARN', cell: ({ arn }) => <span className="code">{arn}</span> },
          { id: 'created', header: say('columnCreated'), cell: ({ created }) => time(created) },
        ]}
      />
      {creating && (
        <NewPersonDialog
          kind={kind}
          label={label}
          onClose={() => setCreating(false)}
          onCreated={() => {
            setCreating(false)
            list.reload()
          }}
        />
      )}
    </SpaceBetween>
  )
}
