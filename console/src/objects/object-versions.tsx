import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { get, path, post } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { ObjectListing } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { objectAddress } from './object-address.ts'

const MOST_LISTED = 100

/** The versions of one name, newest first; an older one is restored by making it the newest again. */
export function ObjectVersions(props: {
  readonly bucket: string
  readonly objectKey: string
  readonly onChange: () => void
}): ReactNode {
  const { say, size, time } = useWords()
  const { bucket, objectKey } = props
  const list = useResource(`versions of ${bucket} ${objectKey}`, (signal) =>
    get<ObjectListing>(
      path('buckets', bucket, 'objects'),
      { prefix: objectKey, versions: true, limit: MOST_LISTED },
      signal,
    ),
  )
  const { busy, failure, run } = useAction()
  const refused = failure ?? list.failure
  const rows = (list.value?.items ?? []).filter(({ key }) => key === objectKey)
  const restore = (versionId: string): void =>
    run(async () => {
      await post(path('buckets', bucket, 'object', 'restore-version'), { key: objectKey, versionId })
      list.reload()
      props.onChange()
    })
  return (
    <Container header={<Header variant="h2">{say('versionsTitle')}</Header>}>
      {refused !== undefined && <FailureNotice failure={refused} onRetry={list.reload} />}
      <Table
        variant="embedded"
        items={rows}
        loading={list.loading && list.value === undefined}
        loadingText={say('loading')}
        ariaLabels={{ tableLabel: say('versionsTitle') }}
        empty={<Box>{say('none')}</Box>}
        columnDefinitions={[
          {
            id: 'version',
            header: say('versionId'),
            isRowHeader: true,
            cell: ({ versionId }) => (
              <Link className="code" href={objectAddress(bucket, objectKey, versionId)}>
                {versionId ?? 'null'}
              </Link>
            ),
          },
          { id: 'modified', header: say('columnModified'), cell: ({ modified }) => time(modified) },
          {
            id: 'size',
            header: say('columnSize'),
            cell: (one) => (one.deleteMarker === true ? say('deleteMarker') : size(one.size)),
          },
          {
            id: 'act',
            header: say('restoreVersion'),
            cell: ({ versionId, latest, deleteMarker }) =>
              latest === true ? (
                say('currentVersion')
              ) : versionId === undefined || deleteMarker === true ? (
                say('none')
              ) : (
                <Button loading={busy} onClick={() => restore(versionId)}>
                  {say('restoreVersion')}
                </Button>
              ),
          },
        ]}
      />
    </Container>
  )
}
