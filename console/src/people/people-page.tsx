import Tabs from '@cloudscape-design/components/tabs'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Page } from '../shell/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { GroupPage } from './group-page.tsx'
import { PEOPLE_KINDS, type PeopleKind } from './people-kinds.ts'
import { PeopleList } from './people-list.tsx'
import { PolicyPage } from './policy-page.tsx'
import { RolePage } from './role-page.tsx'
import { UserPage } from './user-page.tsx'

/** Who there is, and what they are allowed by policies of their own. */
export default function PeoplePage(props: {
  readonly kind: string | undefined
  readonly name: string | undefined
}): ReactNode {
  const { say } = useWords()
  const [, navigate] = useLocation()
  const kind = PEOPLE_KINDS.find((one) => one === props.kind) ?? 'users'
  if (kind === 'users' && props.name !== undefined) return <UserPage key={props.name} name={props.name} />
  if (kind === 'groups' && props.name !== undefined) return <GroupPage key={props.name} name={props.name} />
  if (kind === 'roles' && props.name !== undefined) return <RolePage key={props.name} name={props.name} />
  if (kind === 'policies' && props.name !== undefined) return <PolicyPage key={props.name} arn={props.name} />
  const labels: Readonly<Record<PeopleKind, string>> = {
    users: say('users'),
    groups: say('groups'),
    roles: say('roles'),
    policies: say('policies'),
  }
  return (
    <Page title={say('navPeople')}>
      <Tabs
        activeTabId={kind}
        ariaLabel={say('navPeople')}
        onChange={({ detail }) => navigate(`/people/${detail.activeTabId}`)}
        tabs={PEOPLE_KINDS.map((one) => ({
          id: one,
          label: labels[one],
          content: one === kind && <PeopleList kind={one} label={labels[one]} />,
        }))}
      />
    </Page>
  )
}
