import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { get } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { BucketRow, Page as ListPage } from '../api/shapes.ts'
import { Page } from '../shell/page.tsx'
import { useSystem } from '../shell/system.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { OverviewNumbers } from './overview-numbers.tsx'

/** Health, what is stored and how, and the first steps of who has nothing yet. */
export default function OverviewPage(): ReactNode {
  const { say } = useWords()
  return (
    <Page title={say('navOverview')}>
      <Health />
      <FirstSteps />
      <OverviewNumbers />
    </Page>
  )
}

function Health(): ReactNode {
  const { say } = useWords()
  const system = useSystem()
  return (
    <Container header={<Header variant="h2">{say('health')}</Header>}>
      <Loaded of={system}>
        {({ seal, kms, version, region }) => (
          <KeyValuePairs
            columns={4}
            items={[
              {
                label: say('health'),
                value:
                  seal === 'serving' ? (
                    <StatusIndicator>{say('serving')}</StatusIndicator>
                  ) : (
                    <StatusIndicator type="error">{say('sealedTitle')}</StatusIndicator>
                  ),
              },
              {
                label: say('settingsKms'),
                value:
                  kms?.state === 'away' ? (
                    <StatusIndicator type="error">{say('kmsAway', { reason: kms.reason ?? '' })}</StatusIndicator>
                  ) : (
                    <StatusIndicator>{say('kmsReady')}</StatusIndicator>
                  ),
              },
              { label: say('settingsRegion'), value: region ?? say('none') },
              { label: say('settingsVersion'), value: version },
            ]}
          />
        )}
      </Loaded>
    </Container>
  )
}

/** Until there is a bucket. */
function FirstSteps(): ReactNode {
  const { say, word } = useWords()
  const [, navigate] = useLocation()
  const endpoint = useSystem().value?.endpoints?.api
  const buckets = useResource('first bucket', (signal) => get<ListPage<BucketRow>>('/buckets', { limit: 1 }, signal))
  if (buckets.value === undefined || buckets.value.items.length > 0) return null
  return (
    <Container header={<Header variant="h2">{say('firstSteps')}</Header>}>
      <SpaceBetween size="s">
        <Box>{say('noBuckets')}</Box>
        <Button variant="primary" onClick={() => navigate('/buckets/new')}>
          {word('createBucket')}
        </Button>
        <ol className="steps">
          <li>{word('createBucket')}</li>
          <li>{word('uploadButton')}</li>
          <li>
            {say('connectSdk')} <span className="code">{endpoint}</span>
          </li>
          <li>{say('keepRoot')}</li>
        </ol>
        <Link href="/settings">{say('navSettings')}</Link>
      </SpaceBetween>
    </Container>
  )
}
