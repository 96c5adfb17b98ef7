import type { ReactNode } from 'react'
import { Page } from '../shell/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { ConfigurationCards } from './configuration-cards.tsx'

/** COS keeps the encryption on a page of its own; its other settings stand here. */
export default function BucketConfigurationPage({ bucket }: { readonly bucket: string }): ReactNode {
  const { word } = useWords()
  return (
    <Page title={word('configurationPage')} about={bucket}>
      <ConfigurationCards bucket={bucket} />
    </Page>
  )
}
