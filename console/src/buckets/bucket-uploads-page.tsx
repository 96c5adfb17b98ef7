import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Table from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { get, path, remove } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Page as ListPage } from '../api/shapes.ts'
import { shownName } from '../objects/object-address.ts'
import { Page } from '../shell/page.tsx'
import { Pager, useCursors } from '../shell/pager.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

interface OpenUpload {
  readonly key: string
  readonly uploadId: string
  readonly initiated: string
}

/** Uploads that were begun and neither completed nor aborted: they hold space, and the keys they began under. */
export default function BucketUploadsPage({ bucket }: { readonly bucket: string }): ReactNode {
  const { say, word, time } = useWords()
  const cursors = useCursors(bucket)
  const list = useResource(`uploads ${bucket} ${cursors.after ?? ''}`, (signal) =>
    get<ListPage<OpenUpload>>(path('buckets', bucket, 'uploads'), { after: cursors.after }, signal),
  )
  const { busy, failure, run } = useAction()
  const abort = ({ key, uploadId }: OpenUpload): void =>
    run(async () => {
      await remove(path('buckets', bucket, 'uploads', uploadId), { key })
      list.reload()
    })
  const refused = failure ?? list.failure
  return (
    <Page title={word('uploadsPage')} about={bucket}>
      {refused !== undefined && <FailureNotice failure={refused} onRetry={list.reload} />}
      <Table
        items={list.value?.items ?? []}
        trackBy="uploadId"
        loading={list.loading && list.value === undefined}
        loadingText={say('loading')}
        ariaLabels={{ tableLabel: word('uploadsPage') }}
        pagination={<Pager cursors={cursors} next={list.value?.next} />}
        empty={<Box>{say('uploadsNone')}</Box>}
        columnDefinitions={[
          { id: 'key', header: say('columnName'), isRowHeader: true, cell: ({ key }) => shownName(key) },
          { id: 'started', header: say('uploadStarted'), cell: ({ initiated }) => time(initiated) },
          { id: 'id', header: say('uploadId'), cell: ({ uploadId }) => <span className="code">{uploadId}</span> },
          {
            id: 'act',
            header: say('abort'),
            cell: (upload) => (
              <Button loading={busy} onClick={() => abort(upload)}>
                {say('abort')}
              </Button>
            ),
          },
        ]}
      />
    </Page>
  )
}
