import type { ReactNode } from 'react'
import { Page } from '../shell/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { AttachedPolicies } from './attached-policies.tsx'
import { AccessKeys } from './access-keys.tsx'
import { UserPolicies } from './user-policies.tsx'

export function UserPage({ name }: { readonly name: string }): ReactNode {
  const { say } = useWords()
  return (
    <Page title={name} description={say('users')}>
      <AccessKeys user={name} />
      <AttachedPolicies kind="users" name={name} />
      <UserPolicies user={name} />
    </Page>
  )
}
