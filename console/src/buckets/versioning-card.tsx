import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { get, path, put } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'

interface Versioning {
  readonly versioning: 'unversioned' | 'enabled' | 'suspended'
}

export function VersioningCard({ bucket }: { readonly bucket: string }): ReactNode {
  const { say } = useWords()
  const route = path('buckets', bucket, 'versioning')
  const state = useResource(`versioning of ${bucket}`, (signal) => get<Versioning>(route, undefined, signal))
  const { busy, failure, run } = useAction()
  const on = state.value?.versioning === 'enabled'
  return (
    <section aria-label={say('versioning')}>
      <Container
        header={
          <Header
            variant="h2"
            actions={
              state.value !== undefined && (
                <Button
                  loading={busy}
                  onClick={() =>
                    run(async () => {
                      await put(route, { versioning: on ? 'suspended' : 'enabled' })
                      state.reload()
                    })
                  }
                >
                  {on ? say('suspend') : say('enable')}
                </Button>
              )
            }
          >
            {say('versioning')}
          </Header>
        }
      >
        <SpaceBetween size="xs">
          {failure !== undefined && <FailureNotice failure={failure} />}
          <Loaded of={state}>{(value) => <Box>{versioningText(value.versioning, say)}</Box>}</Loaded>
          <Box color="text-body-secondary">{say('versioningHelp')}</Box>
        </SpaceBetween>
      </Container>
    </section>
  )
}

export function versioningText(state: Versioning['versioning'], say: ReturnType<typeof useWords>['say']): string {
  if (state === 'enabled') return say('versioningOn')
  return state === 'suspended' ? say('versioningSuspended') : say('versioningOff')
}
