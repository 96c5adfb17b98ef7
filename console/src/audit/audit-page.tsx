import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState, type ReactNode, type SubmitEvent } from 'react'
import { Link, useSearchParams } from 'wouter'
import { get } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { Page as ListPage } from '../api/shapes.ts'
import { shownName } from '../objects/object-address.ts'
import { Page } from '../shell/page.tsx'
import { Pager, useCursors } from '../shell/pager.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { AuditVerification } from './audit-verification.tsx'
import { ExportButton } from './export-button.tsx'

export interface AuditRecord {
  readonly id?: string
  readonly time: string
  readonly requestId: string
  readonly action: string
  readonly resource: string
  readonly caller: string
  readonly outcome: string
  readonly failure?: string
  readonly sourceAddress?: string
}

const FILTERS = ['caller', 'action', 'resource', 'requestId', 'outcome'] as const
type Filter = (typeof FILTERS)[number]
const PAGE_SIZE = 100

/** What happened, newest first. The filters stand in the address: it can be sent to a colleague. */
export default function AuditPage(): ReactNode {
  const { say, time } = useWords()
  const [search, setSearch] = useSearchParams()
  const filters = Object.fromEntries(FILTERS.map((name) => [name, search.get(name) ?? undefined]))
  const name = `audit ${JSON.stringify(filters)}`
  const cursors = useCursors(name)
  const list = useResource(`${name} ${cursors.after ?? ''}`, (signal) =>
    get<ListPage<AuditRecord>>('/audit/events', { ...filters, after: cursors.after, limit: PAGE_SIZE }, signal),
  )
  return (
    <Page
      title={say('navAudit')}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          <ExportButton />
          <Button iconName="refresh" onClick={list.reload}>
            {say('refresh')}
          </Button>
        </SpaceBetween>
      }
    >
      <AuditVerification />
      <Filters
        key={JSON.stringify(filters)}
        filters={filters}
        onSearch={(wanted) => {
          setSearch(new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== '')))
        }}
      />
      {list.failure !== undefined ? (
        <FailureNotice failure={list.failure} onRetry={list.reload} />
      ) : (
        <Table
          items={list.value?.items ?? []}
          loading={list.loading && list.value === undefined}
          loadingText={say('loading')}
          wrapLines
          ariaLabels={{ tableLabel: say('navAudit') }}
          pagination={<Pager cursors={cursors} next={list.value?.next} />}
          empty={<Box>{say('auditNone')}</Box>}
          columnDefinitions={[
            { id: 'time', header: say('auditTime'), cell: (record) => time(record.time) },
            { id: 'who', header: say('auditWho'), cell: ({ caller }) => caller },
            { id: 'what', header: say('auditWhat'), isRowHeader: true, cell: ({ action }) => action },
            { id: 'on', header: say('auditOn'), cell: ({ resource }) => shownName(resource) },
            {
              id: 'result',
              header: say('auditResult'),
              cell: ({ outcome, failure }) => (failure === undefined ? outcome : `${outcome}: ${failure}`),
            },
            {
              id: 'more',
              header: say('auditMore'),
              cell: (record) => <More of={record} />,
            },
          ]}
        />
      )}
    </Page>
  )
}

function More({ of: record }: { readonly of: AuditRecord }): ReactNode {
  const { say } = useWords()
  return (
    <>
      {record.outcome === 'refused' && (
        <Link href={`/explain?request=${encodeURIComponent(record.requestId)}`}>{say('navExplain')}</Link>
      )}
      <ExpandableSection headerText={say('auditFields')} headerAriaLabel={`${say('auditFields')} ${record.requestId}`}>
        <pre className="code">{JSON.stringify(record, undefined, 2)}</pre>
      </ExpandableSection>
    </>
  )
}

function Filters(props: {
  readonly filters: Readonly<Record<string, string | undefined>>
  readonly onSearch: (wanted: Readonly<Record<string, string>>) => void
}): ReactNode {
  const { say } = useWords()
  const [wanted, setWanted] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(FILTERS.map((name) => [name, props.filters[name] ?? ''])),
  )
  const labels: Readonly<Record<Filter, string>> = {
    caller: say('auditWho'),
    action: say('auditWhat'),
    resource: say('auditOn'),
    requestId: say('auditRequest'),
    outcome: say('auditResult'),
  }
  const outcomes = [
    { value: '', label: say('auditAll') },
    { value: 'done', label: say('auditSuccess') },
    { value: 'refused', label: say('auditRefused') },
    { value: 'failed', label: say('auditError') },
  ]
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    props.onSearch(wanted)
  }
  return (
    <form onSubmit={submit} role="search" aria-label={say('navAudit')}>
      <SpaceBetween size="s" direction="horizontal" alignItems="end">
        {FILTERS.map((name) => (
          <FormField key={name} label={labels[name]}>
            {name === 'outcome' ? (
              <Select
                options={outcomes}
                selectedOption={outcomes.find(({ value }) => value === wanted['outcome']) ?? null}
                onChange={({ detail }) => setWanted({ ...wanted, outcome: detail.selectedOption.value ?? '' })}
              />
            ) : (
              <Input
                value={wanted[name] ?? ''}
                onChange={({ detail }) => setWanted({ ...wanted, [name]: detail.value })}
              />
            )}
          </FormField>
        ))}
        <Button formAction="submit">{say('search')}</Button>
      </SpaceBetween>
    </form>
  )
}
