import type { ReactNode } from 'react'
import { Page } from '../shell/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { AttachedPolicies } from './attached-policies.tsx'
import { AccessKeys } from './access-keys.tsx'
import { OwnPolicies } from './own-policies.tsx'
import { UserPassword } from './user-password.tsx'

export function UserPage({ name }: { readonly name: string }): ReactNode {
  const { say } = useWords()
  return (
    <Page title={name} description={say('users')}>
      <AccessKeys user={name} />
      <UserPassword user={name} />
      <AttachedPolicies kind="users" name={name} />
      <OwnPolicies kind="users" name={name} />
    </Page>
  )
}
