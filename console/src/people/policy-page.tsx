import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { get, path, post } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { Policy } from '../api/shapes.ts'
import { DocumentEditor } from '../shell/document-editor.tsx'
import { useNotices } from '../shell/notices.tsx'
import { Page } from '../shell/page.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { LANGUAGE_OF, PolicyLanguage } from './policy-language.tsx'

interface Shown {
  readonly policy: Policy
  readonly document: string
}

/** A policy that stands by itself: the text that holds, byte for byte. Saving makes a version of it, and that holds then. */
export function PolicyPage({ arn }: { readonly arn: string }): ReactNode {
  const { say, time, vocabulary } = useWords()
  const tell = useNotices()
  const route = path('people', 'policies', arn)
  const [language, setLanguage] = useState(LANGUAGE_OF[vocabulary])
  const shown = useResource(route, async (signal): Promise<Shown> => {
    const policy = await get<Policy>(route, undefined, signal)
    const version = `${route}${path('versions', policy.defaultVersion)}`
    const { document } = await get<{ readonly document: string }>(version, undefined, signal)
    return { policy, document }
  })
  // The server's own policies are nobody's to change.
  const own = !arn.includes('::aws:')
  return (
    <Page title={shown.value?.policy.name ?? arn} description={say('policies')}>
      <Container header={<Header variant="h2">{say('policyText')}</Header>}>
        <Loaded of={shown}>
          {({ policy, document }) => (
            <SpaceBetween size="m">
              <KeyValuePairs
                columns={2}
                items={[
                  { label: 'ARN', value: <span className="code">{policy.arn}</span> },
                  { label: say('columnCreated'), value: time(policy.created) },
                  { label: say('policyVersion'), value: policy.defaultVersion },
                  { label: say('policyAttachments'), value: String(policy.attachments) },
                ]}
              />
              {own ? (
                <>
                  <PolicyLanguage value={language} onChoose={setLanguage} />
                  <DocumentEditor
                    key={document}
                    label={say('policyText')}
                    text={document}
                    onSave={async (changed) => {
                      await post(`${route}/versions`, { document: changed, language, setAsDefault: true })
                      shown.reload()
                      tell('success', say('saved'))
                    }}
                  />
                </>
              ) : (
                <>
                  <Box color="text-body-secondary">{say('policyOfServer')}</Box>
                  <pre className="code">{document}</pre>
                </>
              )}
            </SpaceBetween>
          )}
        </Loaded>
      </Container>
    </Page>
  )
}
