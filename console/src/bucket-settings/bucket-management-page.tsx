import type { ReactNode } from 'react'
import { Page } from '../shell/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { LIFECYCLE } from './lifecycle.ts'
import { SettingCard } from './setting-card.tsx'

/** What happens to objects by themselves. */
export default function BucketManagementPage({ bucket }: { readonly bucket: string }): ReactNode {
  const { word } = useWords()
  return (
    <Page title={word('managementPage')} about={bucket}>
      <SettingCard bucket={bucket} of={LIFECYCLE} />
    </Page>
  )
}
