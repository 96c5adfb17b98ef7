import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import { get, path, post, remove } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import { Page } from '../shell/page.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { AttachedPolicies } from './attached-policies.tsx'
import { OwnPolicies } from './own-policies.tsx'

interface Group {
  readonly users: readonly { readonly name: string }[]
}

export function GroupPage({ name }: { readonly name: string }): ReactNode {
  const { say } = useWords()
  const route = path('people', 'groups', name)
  const group = useResource(route, (signal) => get<Group>(route, undefined, signal))
  const [user, setUser] = useState('')
  const { busy, failure, run } = useAction()
  const change = (action: () => Promise<unknown>): void =>
    run(async () => {
      await action()
      setUser('')
      group.reload()
    })
  return (
    <Page title={name} description={say('groups')}>
      <Container header={<Header variant="h2">{say('members')}</Header>}>
        <SpaceBetween size="s">
          {failure !== undefined && <FailureNotice failure={failure} />}
          <Loaded of={group}>
            {({ users }) => (
              <ul className="steps" aria-label={say('members')}>
                {users.length === 0 && <li>{say('nobody')}</li>}
                {users.map((member) => (
                  <li key={member.name}>
                    <Link href={`/people/users/${encodeURIComponent(member.name)}`}>{member.name}</Link>{' '}
                    <Button
                      variant="inline-link"
                      ariaLabel={say('removeFile', { name: member.name })}
                      onClick={() => change(async () => remove(`${route}${path('members', member.name)}`))}
                    >
                      {say('removeTag')}
                    </Button>
                  </li>
                ))}
              </ul>
            )}
          </Loaded>
          <FormField
            label={say('addMember')}
            secondaryControl={
              <Button
                loading={busy}
                disabled={user === ''}
                onClick={() => change(async () => post(`${route}/members`, { user }))}
              >
                {say('add')}
              </Button>
            }
          >
            <Input value={user} onChange={({ detail }) => setUser(detail.value.trim())} />
          </FormField>
        </SpaceBetween>
      </Container>
      <AttachedPolicies kind="groups" name={name} />
      <OwnPolicies kind="groups" name={name} />
    </Page>
  )
}
