import Box from '@cloudscape-design/components/box'
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TextFilter from '@cloudscape-design/components/text-filter'
import Toggle from '@cloudscape-design/components/toggle'
import { useEffect, useState, type ReactNode } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { get, path } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { ListedObject, ObjectListing } from '../api/shapes.ts'
import { useBucket } from '../buckets/use-bucket.ts'
import { Page } from '../shell/page.tsx'
import { Pager, useCursors } from '../shell/pager.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useUploads } from '../uploads/uploads.tsx'
import { useWords } from '../words/use-words.tsx'
import { DeleteObjectsDialog } from './delete-objects-dialog.tsx'
import { folderAddress, shownName } from './object-address.ts'
import { ObjectTable } from './object-table.tsx'
import { UploadDialog } from './upload-dialog.tsx'

const PAGE_SIZE = 100

/** One request opens a prefix; search is by prefix, on the server. */
export default function ObjectsPage({ bucket }: { readonly bucket: string }): ReactNode {
  const { say, word } = useWords()
  const [, navigate] = useLocation()
  const [search, setSearch] = useSearchParams()
  const folder = search.get('prefix') ?? ''
  const [typed, setTyped] = useState('')
  const [versions, setVersions] = useState(false)
  const [chosen, setChosen] = useState<readonly ListedObject[]>([])
  const [deleting, setDeleting] = useState(false)
  const { finished } = useUploads()
  const prefix = `${folder}${typed}`
  const name = `objects ${bucket} ${prefix} ${String(versions)}`
  const cursors = useCursors(name)
  const list = useResource(`${name} ${cursors.after ?? ''}`, (signal) =>
    get<ObjectListing>(
      path('buckets', bucket, 'objects'),
      {
        prefix: prefix === '' ? undefined : prefix,
        delimiter: '/',
        after: cursors.after,
        limit: PAGE_SIZE,
        versions: versions ? true : undefined,
      },
      signal,
    ),
  )
  const { reload } = list
  useEffect(() => {
    if (finished > 0) reload()
  }, [finished, reload])
  useEffect(() => {
    setTyped('')
    setChosen([])
  }, [folder])
  const uploading = search.get('dialog') === 'upload'
  const dialog = (open: boolean): void =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before)
        if (open) after.set('dialog', 'upload')
        else after.delete('dialog')
        return after
      },
      { replace: true },
    )
  return (
    <Page
      title={word('objectsPage')}
      about={bucket}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          <Button disabled={chosen.length === 0} onClick={() => setDeleting(true)}>
            {say('deleteObjects')}
          </Button>
          <Button variant="primary" onClick={() => dialog(true)}>
            {word('uploadButton')}
          </Button>
        </SpaceBetween>
      }
    >
      <Folders bucket={bucket} folder={folder} />
      {list.failure !== undefined && <FailureNotice failure={list.failure} onRetry={reload} />}
      <ObjectTable
        bucket={bucket}
        folder={folder}
        listing={list.value}
        loading={list.loading && list.value === undefined}
        chosen={chosen}
        onChoose={setChosen}
        filter={
          <SpaceBetween size="m" direction="horizontal" alignItems="center">
            <TextFilter
              filteringText={typed}
              filteringPlaceholder={say('searchByPrefix', { folder: shownName(folder) })}
              filteringAriaLabel={say('searchByPrefix', { folder: shownName(folder) })}
              onChange={({ detail }) => setTyped(detail.filteringText)}
            />
            <Toggle checked={versions} onChange={({ detail }) => setVersions(detail.checked)}>
              {say('showVersions')}
            </Toggle>
          </SpaceBetween>
        }
        pager={<Pager cursors={cursors} next={list.value?.next} />}
        empty={<Box>{typed === '' ? say('noObjects') : say('noObjectMatch', { prefix: shownName(prefix) })}</Box>}
      />
      {uploading && <Upload bucket={bucket} folder={folder} onClose={() => dialog(false)} />}
      {deleting && (
        <DeleteObjectsDialog
          bucket={bucket}
          objects={chosen}
          withVersions={versions}
          onClose={() => setDeleting(false)}
          onDeleted={() => {
            setDeleting(false)
            setChosen([])
            reload()
            navigate(folderAddress(bucket, folder))
          }}
        />
      )}
    </Page>
  )
}

function Upload(props: { readonly bucket: string; readonly folder: string; readonly onClose: () => void }): ReactNode {
  const facts = useBucket(props.bucket)
  if (facts.value === undefined) return null
  return <UploadDialog {...props} region={facts.value.region} />
}

function Folders({ bucket, folder }: { readonly bucket: string; readonly folder: string }): ReactNode {
  const { say } = useWords()
  const [, navigate] = useLocation()
  const pieces = folder.split('/').filter((piece) => piece !== '')
  const items = [
    { text: bucket, href: folderAddress(bucket, '') },
    ...pieces.map((piece, index) => ({
      text: shownName(piece),
      href: folderAddress(bucket, `${pieces.slice(0, index + 1).join('/')}/`),
    })),
  ]
  return (
    <BreadcrumbGroup
      ariaLabel={say('folders')}
      items={items}
      onFollow={(event) => {
        event.preventDefault()
        navigate(event.detail.href)
      }}
    />
  )
}
