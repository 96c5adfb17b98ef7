import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useEffect, useState, type ReactNode } from 'react'
import { call, get, path, post, remove } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Page as ListPage } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

interface AccessKey {
  readonly accessKeyId: string
  readonly active: boolean
  readonly created: string
}

interface NewKey {
  readonly id: string
  readonly secret: string
}

/** The secret is shown once: it lives in this component's state until the dialog closes, and nowhere else. */
export function AccessKeys({ user }: { readonly user: string }): ReactNode {
  const { say, time, word } = useWords()
  const route = path('people', 'users', user, 'access-keys')
  const [made, setMade] = useState<NewKey | undefined>()
  const list = useResource(`access keys of ${user}`, (signal) => get<ListPage<AccessKey>>(route, undefined, signal))
  const { busy, failure, run } = useAction()
  useEffect(() => {
    const forget = (): void => setMade(undefined)
    addEventListener('pagehide', forget)
    return () => removeEventListener('pagehide', forget)
  }, [])
  const change = (action: () => Promise<unknown>): void =>
    run(async () => {
      await action()
      list.reload()
    })
  const refused = failure ?? list.failure
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button loading={busy} onClick={() => change(async () => setMade(await post<NewKey>(route)))}>
              {say('createAccessKey')}
            </Button>
          }
        >
          {say('accessKeys')}
        </Header>
      }
    >
      {refused !== undefined && <FailureNotice failure={refused} onRetry={list.reload} />}
      <Table
        variant="embedded"
        items={list.value?.items ?? []}
        trackBy="accessKeyId"
        loading={list.loading && list.value === undefined}
        loadingText={say('loading')}
        ariaLabels={{ tableLabel: say('accessKeys') }}
        empty={<Box>{say('noAccessKeys')}</Box>}
        columnDefinitions={[
          {
            id: 'id',
            header: word('accessKeyId'),
            isRowHeader: true,
            cell: ({ accessKeyId }) => <span className="code">{accessKeyId}</span>,
          },
          {
            id: 'state',
            header: say('keyState'),
            cell: ({ active }) => (active ? word('stateEnabled') : word('stateDisabled')),
          },
          { id: 'created', header: say('columnCreated'), cell: ({ created }) => time(created) },
          {
            id: 'act',
            header: say('actions'),
            cell: ({ accessKeyId, active }) => (
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  loading={busy}
                  onClick={() =>
                    change(async () => call('PATCH', `${route}${path(accessKeyId)}`, { body: { active: !active } }))
                  }
                >
                  {active ? say('disable') : say('enable')}
                </Button>
                <Button loading={busy} onClick={() => change(async () => remove(`${route}${path(accessKeyId)}`))}>
                  {say('deleteObjects')}
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {made !== undefined && (
        <Modal visible header={say('createAccessKey')} onDismiss={() => setMade(undefined)}>
          <SpaceBetween size="m">
            <Alert type="warning">{say('secretOnce')}</Alert>
            <KeyValuePairs
              items={[
                { label: word('accessKeyId'), value: <span className="code">{made.id}</span> },
                { label: word('secretAccessKey'), value: <span className="code">{made.secret}</span> },
              ]}
            />
          </SpaceBetween>
        </Modal>
      )}
    </Container>
  )
}
