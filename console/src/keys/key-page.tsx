import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useState, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { get, path, post } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Dependants, KeyRow } from '../api/shapes.ts'
import { Page } from '../shell/page.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { DeleteKeyDialog } from './delete-key-dialog.tsx'
import { ImportMaterial } from './import-material.tsx'
import { KeyDependants } from './key-dependants.tsx'
import { KeyFacts } from './key-facts.tsx'
import { KeyGrants } from './key-grants.tsx'
import { keyName, keyStateText } from './key-list-page.tsx'
import { KeyPolicy } from './key-policy.tsx'
import { KeyRotation } from './key-rotation.tsx'
import { KeyUsage } from './key-usage.tsx'

const TABS = ['overview', 'import', 'depends', 'policy', 'grants', 'rotation', 'usage'] as const

export default function KeyPage(props: { readonly id: string; readonly tab: string | undefined }): ReactNode {
  const words = useWords()
  const { say } = words
  const [, navigate] = useLocation()
  const key = useResource(`key ${props.id}`, (signal) => get<KeyRow>(path('keys', props.id), undefined, signal))
  const dependants = useResource(`dependants of ${props.id}`, (signal) =>
    get<Dependants>(path('keys', props.id, 'dependants'), undefined, signal),
  )
  const tab = TABS.find((one) => one === props.tab) ?? 'overview'
  const base = `/keys/${encodeURIComponent(props.id)}`
  return (
    <Page
      title={key.value === undefined ? props.id : keyName(key.value)}
      description={key.value === undefined ? '' : keyStateText(key.value, words)}
      actions={key.value !== undefined && <KeyActions of={key.value} onChange={key.reload} />}
    >
      <Loaded of={key}>
        {(value) => (
          <Tabs
            activeTabId={tab}
            ariaLabel={keyName(value)}
            onChange={({ detail }) =>
              navigate(detail.activeTabId === 'overview' ? base : `${base}/${detail.activeTabId}`)
            }
            tabs={[
              { id: 'overview', label: words.word('overview'), content: <KeyFacts of={value} /> },
              ...(value.origin === 'external'
                ? [
                    {
                      id: 'import',
                      label: say('importMaterial'),
                      content: tab === 'import' && <ImportMaterial of={value} onChange={key.reload} />,
                    },
                  ]
                : []),
              { id: 'depends', label: say('keyDepends'), content: <KeyDependants of={dependants} /> },
              { id: 'policy', label: say('keyPolicy'), content: tab === 'policy' && <KeyPolicy id={value.id} /> },
              { id: 'grants', label: say('keyGrants'), content: tab === 'grants' && <KeyGrants id={value.id} /> },
              {
                id: 'rotation',
                label: say('keyRotation'),
                content: <KeyRotation of={value} onChange={key.reload} />,
              },
              { id: 'usage', label: say('usage'), content: tab === 'usage' && <KeyUsage id={value.id} /> },
            ]}
          />
        )}
      </Loaded>
    </Page>
  )
}

/** Managed keys have no destructive controls, and say why. */
function KeyActions(props: { readonly of: KeyRow; readonly onChange: () => void }): ReactNode {
  const { say } = useWords()
  const { of: key, onChange } = props
  const [deleting, setDeleting] = useState(false)
  const { busy, failure, run } = useAction()
  const act = (verb: string): void =>
    run(async () => {
      await post(path('keys', key.id, verb))
      onChange()
    })
  if (key.manager !== 'customer') return <span>{say('keyManagedHelp')}</span>
  return (
    <SpaceBetween size="xs">
      <SpaceBetween size="xs" direction="horizontal">
        {key.state === 'enabled' && (
          <Button loading={busy} onClick={() => act('disable')}>
            {say('disable')}
          </Button>
        )}
        {key.state === 'disabled' && (
          <Button loading={busy} onClick={() => act('enable')}>
            {say('enable')}
          </Button>
        )}
        {key.state === 'enabled' && (
          <Button loading={busy} onClick={() => act('rotate')}>
            {say('rotateNow')}
          </Button>
        )}
        {key.state === 'pending-deletion' ? (
          <Button loading={busy} onClick={() => act('cancel-deletion')}>
            {say('cancelDeletion')}
          </Button>
        ) : (
          <Button onClick={() => setDeleting(true)}>{say('scheduleDeletion')}</Button>
        )}
      </SpaceBetween>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {key.deletion !== undefined && <Alert type="warning">{say('pendingNote')}</Alert>}
      {deleting && (
        <DeleteKeyDialog
          of={key}
          onClose={() => setDeleting(false)}
          onDone={() => {
            setDeleting(false)
            onChange()
          }}
        />
      )}
    </SpaceBetween>
  )
}
