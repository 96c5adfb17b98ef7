import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useState, type ReactNode } from 'react'
import { Link, useLocation, useSearchParams } from 'wouter'
import { get } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { BucketRow, Page as ListPage } from '../api/shapes.ts'
import { EncryptionBadge } from '../encryption/encryption-badge.tsx'
import { useNotices } from '../shell/notices.tsx'
import { Page } from '../shell/page.tsx'
import { Pager, useCursors } from '../shell/pager.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { CreateBucketDialog } from './create-bucket-dialog.tsx'
import { DeleteBucketDialog } from './delete-bucket-dialog.tsx'

const PAGE_SIZE = 100

/** All buckets the caller may see, a page at a time; the filter is the server's. */
export default function BucketListPage({ creating }: { readonly creating?: boolean }): ReactNode {
  const { say, word, number } = useWords()
  const tell = useNotices()
  const [, navigate] = useLocation()
  const [search, setSearch] = useSearchParams()
  const prefix = search.get('prefix') ?? ''
  const cursors = useCursors(prefix)
  const [chosen, setChosen] = useState<readonly BucketRow[]>([])
  const [deleting, setDeleting] = useState(false)
  const list = useResource(`buckets ${prefix} ${cursors.after ?? ''}`, (signal) =>
    get<ListPage<BucketRow>>(
      '/buckets',
      { prefix: prefix === '' ? undefined : prefix, after: cursors.after, limit: PAGE_SIZE },
      signal,
    ),
  )
  const [one] = chosen
  const count = list.value?.items.length ?? 0
  return (
    <Page
      title={word('bucketList')}
      counter={list.value === undefined ? '' : `(${number(count)}${list.value.next === undefined ? '' : '+'})`}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          <Button disabled={one === undefined} onClick={() => setDeleting(true)}>
            {say('deleteBucket')}
          </Button>
          <Button variant="primary" onClick={() => navigate('/buckets/new')}>
            {word('createBucket')}
          </Button>
        </SpaceBetween>
      }
    >
      {list.failure !== undefined && <FailureNotice failure={list.failure} onRetry={list.reload} />}
      <Buckets
        items={list.value?.items ?? []}
        loading={list.loading && list.value === undefined}
        chosen={chosen}
        onChoose={setChosen}
        prefix={prefix}
        onPrefix={(text) => setSearch(text === '' ? {} : { prefix: text }, { replace: true })}
        pager={<Pager cursors={cursors} next={list.value?.next} />}
      />
      {creating === true && (
        <CreateBucketDialog
          onClose={() => navigate('/buckets')}
          onCreated={(bucket) => {
            tell('success', say('createdBoth', { bucket }))
            list.reload()
            navigate('/buckets')
          }}
        />
      )}
      {deleting && one !== undefined && (
        <DeleteBucketDialog
          bucket={one.name}
          onClose={() => setDeleting(false)}
          onDeleted={() => {
            setDeleting(false)
            setChosen([])
            list.reload()
          }}
        />
      )}
    </Page>
  )
}

function Buckets(props: {
  readonly items: readonly BucketRow[]
  readonly loading: boolean
  readonly chosen: readonly BucketRow[]
  readonly onChoose: (chosen: readonly BucketRow[]) => void
  readonly prefix: string
  readonly onPrefix: (prefix: string) => void
  readonly pager: ReactNode
}): ReactNode {
  const { say, word, number, size, time } = useWords()
  const counted = (value: number | undefined, show: (value: number) => string): string =>
    value === undefined ? say('none') : show(value)
  return (
    <Table
      items={props.items}
      trackBy="name"
      loading={props.loading}
      loadingText={say('loading')}
      selectionType="single"
      selectedItems={[...props.chosen]}
      onSelectionChange={({ detail }) => props.onChoose(detail.selectedItems)}
      ariaLabels={{
        tableLabel: word('bucketList'),
        selectionGroupLabel: word('bucketList'),
        itemSelectionLabel: (_, bucket) => bucket.name,
      }}
      filter={
        <TextFilter
          filteringText={props.prefix}
          filteringPlaceholder={say('findBucket')}
          filteringAriaLabel={say('findBucket')}
          onDelayedChange={({ detail }) => props.onPrefix(detail.filteringText)}
          onChange={({ detail }) => {
            if (detail.filteringText === '') props.onPrefix('')
          }}
        />
      }
      pagination={props.pager}
      empty={<Box>{props.prefix === '' ? say('noBuckets') : say('noBucketMatch', { prefix: props.prefix })}</Box>}
      columnDefinitions={[
        {
          id: 'name',
          header: say('columnName'),
          isRowHeader: true,
          cell: ({ name }) => <Link href={`/buckets/${encodeURIComponent(name)}`}>{name}</Link>,
        },
        { id: 'region', header: say('columnRegion'), cell: ({ region }) => region },
        {
          id: 'encryption',
          header: say('columnEncryption'),
          cell: ({ encryption }) =>
            encryption === undefined ? say('none') : <EncryptionBadge stated={encryption} detail />,
        },
        { id: 'versions', header: say('columnObjects'), cell: ({ versions }) => counted(versions, number) },
        { id: 'bytes', header: say('columnSize'), cell: ({ bytes }) => counted(bytes, size) },
        { id: 'created', header: say('columnCreated'), cell: ({ created }) => time(created) },
      ]}
    />
  )
}
