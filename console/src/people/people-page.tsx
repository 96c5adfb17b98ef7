import Tabs from '@cloudscape-design/components/tabs'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Page } from '../shell/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { GroupPage } from './group-page.tsx'
import { PeopleList } from './people-list.tsx'
import { UserPage } from './user-page.tsx'

export const PEOPLE_KINDS = ['users', 'groups', 'roles', 'policies'] as const
export type PeopleKind = (typeof PEOPLE_KINDS)[number]

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
