import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { Page } from '../shell/page.tsx'
import { useSystem } from '../shell/system.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { EncryptionState } from './encryption-card.tsx'
import { useBucket, useBucketEncryption } from './use-bucket.ts'

/** The first page of a bucket, in every vocabulary: the encryption that holds, what is in it, how to reach it. */
export default function BucketOverviewPage({ bucket }: { readonly bucket: string }): ReactNode {
  const { say, word, number, size, time, vocabulary } = useWords()
  const [, navigate] = useLocation()
  const facts = useBucket(bucket)
  const encryption = useBucketEncryption(bucket)
  const endpoint = useSystem().value?.endpoints?.api
  const base = `/buckets/${encodeURIComponent(bucket)}`
  const area = vocabulary === 'obs' ? word('settingsPage') : undefined
  return (
    <Page
      title={word('overview')}
      about={bucket}
      description={bucket}
      actions={
        <Button variant="primary" onClick={() => navigate(`${base}/objects?dialog=upload`)}>
          {word('uploadButton')}
        </Button>
      }
    >
      {area !== undefined && <Header variant="h2">{area}</Header>}
      <section aria-label={word('encryptionArea')}>
        <Container
          header={
            <Header
              variant="h2"
              actions={<Button onClick={() => navigate(`${base}/settings/encryption`)}>{word('configure')}</Button>}
            >
              {word('encryptionArea')}
            </Header>
          }
        >
          <Loaded of={encryption}>{(value) => <EncryptionState encryption={value} />}</Loaded>
          <Box padding={{ top: 's' }}>
            <Link href={`${base}/settings`}>{word('settingsPage')}</Link>
          </Box>
        </Container>
      </section>
      <Container header={<Header variant="h2">{say('usage')}</Header>}>
        <Loaded of={facts}>
          {({ versions, bytes, uploads, region, created }) => (
            <>
              <Box>{`${say('usageVersions')}: ${number(versions)}`}</Box>
              <Box>{`${say('usageBytes')}: ${size(bytes)}`}</Box>
              <Box>{`${say('usageUploads')}: ${number(uploads)}`}</Box>
              <Box>{`${say('columnRegion')}: ${region}`}</Box>
              <Box>{`${say('columnCreated')}: ${time(created)}`}</Box>
            </>
          )}
        </Loaded>
      </Container>
      {endpoint !== undefined && (
        <Container header={<Header variant="h2">{say('addresses')}</Header>}>
          <Box>
            {say('endpoint')}: <span className="code">{endpoint}</span>
          </Box>
          <span className="code">{`s3://${bucket}`}</span>
        </Container>
      )}
    </Page>
  )
}
