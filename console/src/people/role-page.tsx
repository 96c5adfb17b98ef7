import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { get, path } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { Role } from '../api/shapes.ts'
import { Page } from '../shell/page.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { AttachedPolicies } from './attached-policies.tsx'
import { OwnPolicies } from './own-policies.tsx'

/** Who may take a role, for how long, and what it may do then. */
export function RolePage({ name }: { readonly name: string }): ReactNode {
  const { say, time } = useWords()
  const route = path('people', 'roles', name)
  const role = useResource(route, (signal) => get<Role>(route, undefined, signal))
  return (
    <Page title={name} description={say('roles')}>
      <Container header={<Header variant="h2">{say('roleFacts')}</Header>}>
        <Loaded of={role}>
          {({ arn, created, maxSessionSeconds, description, trust }) => (
            <SpaceBetween size="m">
              <KeyValuePairs
                columns={2}
                items={[
                  { label: 'ARN', value: <span className="code">{arn}</span> },
                  { label: say('columnCreated'), value: time(created) },
                  { label: say('roleSession'), value: say('minutes', { count: Math.round(maxSessionSeconds / 60) }) },
                  { label: say('keyDescription'), value: description ?? say('none') },
                ]}
              />
              <section aria-label={say('trustPolicy')}>
                <Box variant="h3">{say('trustPolicy')}</Box>
                <pre className="code">{trust}</pre>
              </section>
            </SpaceBetween>
          )}
        </Loaded>
      </Container>
      <AttachedPolicies kind="roles" name={name} />
      <OwnPolicies kind="roles" name={name} />
    </Page>
  )
}
