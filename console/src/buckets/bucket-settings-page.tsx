import type { ReactNode } from 'react'
import { ConfigurationCards } from '../bucket-settings/configuration-cards.tsx'
import { Page } from '../shell/page.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { EncryptionCard } from './encryption-card.tsx'
import { useBucket, useBucketEncryption } from './use-bucket.ts'

/** The page that holds the encryption area; each vocabulary has its own name for it. */
export default function BucketSettingsPage(props: {
  readonly bucket: string
  readonly configuring?: boolean
}): ReactNode {
  const { word, vocabulary } = useWords()
  const bucket = useBucket(props.bucket)
  const encryption = useBucketEncryption(props.bucket)
  return (
    <Page title={word('settingsPage')} about={props.bucket}>
      <Loaded of={bucket}>
        {(facts) => (
          <EncryptionCard
            bucket={props.bucket}
            region={facts.region}
            encryption={encryption}
            configuring={props.configuring === true}
          />
        )}
      </Loaded>
      {vocabulary !== 'cos' && <ConfigurationCards bucket={props.bucket} />}
    </Page>
  )
}
