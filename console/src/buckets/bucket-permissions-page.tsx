import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import type { ReactNode } from 'react'
import { ApiFailure } from '../api/failure.ts'
import { get, path, put, remove } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import { ACL } from '../bucket-settings/acl.ts'
import { PUBLIC_ACCESS } from '../bucket-settings/public-access.ts'
import { SettingCard } from '../bucket-settings/setting-card.tsx'
import { DocumentEditor } from '../shell/document-editor.tsx'
import { useNotices } from '../shell/notices.tsx'
import { Page } from '../shell/page.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'

/** The bucket's policy as it was put, comments and blanks too. */
export default function BucketPermissionsPage({ bucket }: { readonly bucket: string }): ReactNode {
  const { say, word } = useWords()
  const tell = useNotices()
  const route = path('buckets', bucket, 'policy')
  const policy = useResource(`policy of bucket ${bucket}`, (signal) => policyOf(route, signal))
  return (
    <Page title={word('permissionsPage')} about={bucket}>
      <Container header={<Header variant="h2">{say('policyTitle')}</Header>}>
        <Box color="text-body-secondary">{say('policyHelp')}</Box>
        <Loaded of={policy}>
          {(text) => (
            <>
              {text === '' && <Box>{say('policyNone')}</Box>}
              <DocumentEditor
                key={text}
                label={say('policyTitle')}
                text={text}
                onSave={async (changed) => {
                  await put(route, { policy: changed })
                  policy.reload()
                  tell('success', say('saved'))
                }}
                onDelete={async () => {
                  await remove(route)
                  policy.reload()
                }}
              />
            </>
          )}
        </Loaded>
      </Container>
      <SettingCard bucket={bucket} of={PUBLIC_ACCESS} />
      <SettingCard bucket={bucket} of={ACL} />
    </Page>
  )
}

/** A bucket without a policy is no failure of the page. */
async function policyOf(route: string, signal: AbortSignal): Promise<string> {
  try {
    const { policy } = await get<{ readonly policy?: string }>(route, undefined, signal)
    return policy ?? ''
  } catch (thrown) {
    if (thrown instanceof ApiFailure && thrown.code === 'NoSuchBucketPolicy') return ''
    throw thrown
  }
}
