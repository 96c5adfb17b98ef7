import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Table from '@cloudscape-design/components/table'
import { type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { get } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { KeyPage, KeyRow } from '../api/shapes.ts'
import { Page } from '../shell/page.tsx'
import { Pager, useCursors } from '../shell/pager.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords, type Words } from '../words/use-words.tsx'
import { stateText } from './key-state.ts'

const PAGE_SIZE = 100

/** Never an empty list where listing is refused: the refusal stands in its place. */
export default function KeyListPage(): ReactNode {
  const words = useWords()
  const { say, word, number } = words
  const [, navigate] = useLocation()
  const cursors = useCursors('keys')
  const list = useResource(`keys ${cursors.after ?? ''}`, (signal) =>
    get<KeyPage>('/keys', { limit: PAGE_SIZE, after: cursors.after }, signal),
  )
  return (
    <Page
      title={say('navKeys')}
      counter={list.value === undefined ? '' : `(${number(list.value.items.length)})`}
      actions={
        <Button variant="primary" onClick={() => navigate('/keys/new')}>
          {word('createKey')}
        </Button>
      }
    >
      {list.failure !== undefined ? (
        <FailureNotice failure={list.failure} onRetry={list.reload} />
      ) : (
        <Table
          items={list.value?.items ?? []}
          trackBy="id"
          loading={list.loading && list.value === undefined}
          loadingText={say('loading')}
          ariaLabels={{ tableLabel: say('navKeys') }}
          pagination={<Pager cursors={cursors} next={list.value?.next} />}
          empty={<Box>{say('noKeysAtAll')}</Box>}
          columnDefinitions={[
            { id: 'alias', header: say('keyAlias'), isRowHeader: true, cell: (key) => <KeyLink of={key} /> },
            { id: 'id', header: say('keyId'), cell: ({ id }) => <span className="code">{id}</span> },
            { id: 'state', header: say('keyState'), cell: (key) => keyStateText(key, words) },
            { id: 'origin', header: say('keyOrigin'), cell: ({ origin }) => origin },
            { id: 'rotation', header: say('keyRotation'), cell: (key) => rotationText(key, words) },
            { id: 'created', header: say('columnCreated'), cell: ({ created }) => words.time(created) },
          ]}
        />
      )}
    </Page>
  )
}

function KeyLink({ of }: { readonly of: KeyRow }): ReactNode {
  return <Link href={`/keys/${encodeURIComponent(of.id)}`}>{keyName(of)}</Link>
}

/** The alias without its prefix, as the vendors' pages show it. */
export function keyName(key: KeyRow): string {
  const [alias] = key.aliases
  return alias ?? key.id
}

export function keyStateText(key: KeyRow, words: Words): string {
  const state = stateText(key.state, words)
  if (key.deletion !== undefined) return `${state}, ${words.time(key.deletion)}`
  return key.manager === 'customer' ? state : `${state}, ${words.say('keyManaged')}`
}

export function rotationText(key: KeyRow, { say, time }: Words): string {
  const { rotation } = key
  if (rotation === undefined) return say('rotationOff')
  return say('rotationOn', { days: rotation.periodDays, next: time(rotation.next) })
}
