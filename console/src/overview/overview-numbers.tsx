import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { get } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { OverviewAnswer } from '../api/shapes.ts'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { Posture } from './posture.tsx'
import { UnusedKeys } from './unused-keys.tsx'

/** Counted by the server's own counters, not sampled. */
export function OverviewNumbers(): ReactNode {
  const { say, number, size } = useWords()
  const overview = useResource('overview', (signal) => get<OverviewAnswer>('/overview', undefined, signal))
  return (
    <Container header={<Header variant="h2">{say('stored')}</Header>}>
      <Loaded of={overview}>
        {(value) => (
          <SpaceBetween size="m">
            <KeyValuePairs
              columns={3}
              items={[
                { label: say('usageVersions'), value: number(value.versions) },
                { label: say('usageBytes'), value: size(value.bytes) },
                { label: say('usageUploads'), value: number(value.uploads) },
              ]}
            />
            <Box>{say('allSealed')}</Box>
            <Posture of={value} />
            {value.keys !== undefined && <KeyCounts of={value.keys} />}
            <UnusedKeys />
            {value.refusals !== undefined && <Refusals of={value.refusals} />}
            {value.attention.length > 0 && <Attention of={value.attention} />}
          </SpaceBetween>
        )}
      </Loaded>
    </Container>
  )
}

function KeyCounts({ of }: { readonly of: NonNullable<OverviewAnswer['keys']> }): ReactNode {
  const { say, word } = useWords()
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: say('navKeys'), value: <Link href="/keys">{`${word('stateEnabled')}: ${String(of.enabled)}`}</Link> },
        { label: word('stateDisabled'), value: String(of.disabled) },
        { label: word('statePendingDeletion'), value: String(of.pendingDeletion) },
        { label: say('dueForRotation'), value: String(of.dueForRotation) },
      ]}
    />
  )
}

function Refusals({ of }: { readonly of: NonNullable<OverviewAnswer['refusals']> }): ReactNode {
  const { say, number } = useWords()
  return (
    <Table
      variant="embedded"
      items={of}
      ariaLabels={{ tableLabel: say('refusedToday') }}
      header={<Header variant="h3">{say('refusedToday')}</Header>}
      empty={<Box>{say('auditNone')}</Box>}
      columnDefinitions={[
        { id: 'action', header: say('auditWhat'), isRowHeader: true, cell: ({ action }) => action },
        { id: 'count', header: say('usageCount'), cell: ({ count }) => number(count) },
      ]}
    />
  )
}

/** Buckets that deserve a look, and why. */
function Attention({ of }: { readonly of: OverviewAnswer['attention'] }): ReactNode {
  const { say } = useWords()
  const reasons: Readonly<Record<string, string>> = {
    none: say('concernNone'),
    alias: say('concernAlias'),
    'key-unknown': say('concernUnknown'),
    'key-disabled': say('concernDisabled'),
    'key-pending-deletion': say('concernPending'),
    public: say('concernPublic'),
  }
  return (
    <>
      <Header variant="h3">{say('attention')}</Header>
      <ul className="steps">
        {of.map(({ bucket, why }) => (
          <li key={`${bucket} ${why}`}>
            <Link href={`/buckets/${encodeURIComponent(bucket)}`}>{bucket}</Link> {reasons[why] ?? why}
          </li>
        ))}
      </ul>
    </>
  )
}
