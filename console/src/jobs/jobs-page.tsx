import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useEffect, type ReactNode } from 'react'
import { get, path, post } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Job, Page as ListPage } from '../api/shapes.ts'
import { Page } from '../shell/page.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import type { SentenceId } from '../words/en/sentences.ts'
import { useWords } from '../words/use-words.tsx'

/** No faster than a person reads, and not while nobody looks. */
const LOOK_AGAIN_MS = 5_000
const STATES: Readonly<Record<Job['state'], SentenceId>> = {
  working: 'jobWorking',
  waiting: 'jobWaiting',
  retrying: 'jobRetrying',
  paused: 'jobPaused',
  stopped: 'jobStopped',
  elsewhere: 'jobElsewhere',
}

/** What the server does by itself: when it did, when it will, and what went wrong. */
export default function JobsPage(): ReactNode {
  const { say, number, time } = useWords()
  const list = useResource('jobs', (signal) => get<ListPage<Job>>('/jobs', undefined, signal))
  const { busy, failure, run } = useAction()
  const { reload } = list
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload()
    }, LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [reload])
  const act = (job: Job, verb: 'pause' | 'resume' | 'run'): void =>
    run(async () => {
      await post(path('jobs', job.name, verb))
      reload()
    })
  const when = (iso: string | undefined): string => (iso === undefined ? say('none') : time(iso))
  if (list.failure !== undefined && list.value === undefined) {
    return (
      <Page title={say('navJobs')}>
        <FailureNotice failure={list.failure} onRetry={reload} />
      </Page>
    )
  }
  return (
    <Page title={say('navJobs')} description={say('jobsHelp')}>
      {failure !== undefined && <FailureNotice failure={failure} />}
      <Table
        items={list.value?.items ?? []}
        trackBy="name"
        loading={list.loading && list.value === undefined}
        loadingText={say('loading')}
        wrapLines
        ariaLabels={{ tableLabel: say('navJobs') }}
        empty={<Box>{say('nobody')}</Box>}
        columnDefinitions={[
          { id: 'name', header: say('columnName'), isRowHeader: true, cell: ({ name }) => name },
          { id: 'state', header: say('keyState'), cell: (job) => <JobState of={job} /> },
          { id: 'units', header: say('jobUnits'), cell: ({ units }) => number(units) },
          { id: 'last', header: say('jobLast'), cell: ({ lastEnded }) => when(lastEnded) },
          { id: 'next', header: say('jobNext'), cell: ({ next }) => when(next) },
          {
            id: 'act',
            header: say('actions'),
            cell: (job) => (
              <SpaceBetween size="xs" direction="horizontal">
                {job.pausable && (
                  <Button
                    loading={busy}
                    ariaLabel={`${job.paused ? say('resumeUpload') : say('pauseUpload')} ${job.name}`}
                    onClick={() => act(job, job.paused ? 'resume' : 'pause')}
                  >
                    {job.paused ? say('resumeUpload') : say('pauseUpload')}
                  </Button>
                )}
                <Button loading={busy} ariaLabel={`${say('jobRunNow')} ${job.name}`} onClick={() => act(job, 'run')}>
                  {say('jobRunNow')}
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
    </Page>
  )
}

function JobState({ of: { state, failures, lastFailure } }: { readonly of: Job }): ReactNode {
  const { say } = useWords()
  const type = state === 'retrying' ? 'warning' : state === 'working' ? 'in-progress' : 'info'
  return (
    <>
      <StatusIndicator type={type}>{say(STATES[state])}</StatusIndicator>
      {failures > 0 && <Box>{say('jobFailures', { count: failures, what: lastFailure ?? '' })}</Box>}
    </>
  )
}
