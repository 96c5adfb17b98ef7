import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import type { ReactNode } from 'react'
import { Page } from '../shell/page.tsx'
import { useSystem } from '../shell/system.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'

/** What the server is and how it is reached; nothing here can be changed without a restart. */
export default function SettingsPage(): ReactNode {
  const { say } = useWords()
  const system = useSystem()
  return (
    <Page title={say('navSettings')}>
      <Container header={<Header variant="h2">{say('settingsServer')}</Header>}>
        <Loaded of={system}>
          {({ version, region, regions, endpoints, tls, requireTls, kms }) => (
            <KeyValuePairs
              columns={2}
              items={[
                { label: say('settingsVersion'), value: version },
                { label: say('settingsRegion'), value: region ?? say('none') },
                { label: say('settingsRegions'), value: regions?.join(', ') ?? say('none') },
                {
                  label: say('settingsEndpoint'),
                  value: <span className="code">{endpoints?.api ?? say('none')}</span>,
                },
                { label: say('settingsTls'), value: tls.secure ? say('yes') : say('no') },
                { label: say('settingsRequireTls'), value: requireTls ?? say('none') },
                {
                  label: say('settingsKms'),
                  value: kms?.state === 'away' ? say('kmsAway', { reason: kms.reason ?? '' }) : say('kmsReady'),
                },
              ]}
            />
          )}
        </Loaded>
        <Box color="text-body-secondary">{say('settingsNote')}</Box>
      </Container>
    </Page>
  )
}
