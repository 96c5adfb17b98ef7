import Table from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { ListedObject, ObjectListing } from '../api/shapes.ts'
import { EncryptionBadge } from '../encryption/encryption-badge.tsx'
import { useWords } from '../words/use-words.tsx'
import { folderAddress, objectAddress, shownName } from './object-address.ts'

type Row =
  | { readonly kind: 'folder'; readonly id: string; readonly prefix: string }
  | { readonly kind: 'object'; readonly id: string; readonly object: ListedObject }

/** A page of a listing: folders first, then objects. Folders are opened, not chosen. */
export function ObjectTable(props: {
  readonly bucket: string
  readonly folder: string
  readonly listing: ObjectListing | undefined
  readonly loading: boolean
  readonly chosen: readonly ListedObject[]
  readonly onChoose: (chosen: readonly ListedObject[]) => void
  readonly filter: ReactNode
  readonly pager: ReactNode
  readonly empty: ReactNode
}): ReactNode {
  const { say, word, size, time } = useWords()
  const { bucket, folder, listing } = props
  const short = (name: string): string => shownName(name.slice(folder.length))
  const rows: readonly Row[] = [
    ...(listing?.prefixes ?? []).map((prefix): Row => ({ kind: 'folder', id: `folder ${prefix}`, prefix })),
    ...(listing?.items ?? []).map((object): Row => ({ kind: 'object', id: idOf(object), object })),
  ]
  const ids = new Set(props.chosen.map(idOf))
  const ofObject = (row: Row, show: (object: ListedObject) => ReactNode): ReactNode =>
    row.kind === 'folder' ? say('none') : show(row.object)
  return (
    <Table<Row>
      items={rows}
      trackBy="id"
      loading={props.loading}
      loadingText={say('loading')}
      filter={props.filter}
      pagination={props.pager}
      empty={props.empty}
      selectionType="multi"
      selectedItems={rows.filter(({ id }) => ids.has(id))}
      isItemDisabled={({ kind }) => kind === 'folder'}
      onSelectionChange={({ detail }) =>
        props.onChoose(detail.selectedItems.flatMap((row) => (row.kind === 'object' ? [row.object] : [])))
      }
      ariaLabels={{
        tableLabel: word('objectsPage'),
        selectionGroupLabel: word('objectsPage'),
        allItemsSelectionLabel: () => say('chooseAll'),
        itemSelectionLabel: (_, row) => short(row.kind === 'folder' ? row.prefix : row.object.key),
      }}
      columnDefinitions={[
        {
          id: 'name',
          header: say('columnName'),
          isRowHeader: true,
          cell: (row) =>
            row.kind === 'folder' ? (
              <Link href={folderAddress(bucket, row.prefix)}>{short(row.prefix)}</Link>
            ) : (
              <>
                <Link href={objectAddress(bucket, row.object.key, row.object.versionId)}>{short(row.object.key)}</Link>
                {row.object.deleteMarker === true && <span className="mark">{say('deleteMarker')}</span>}
              </>
            ),
        },
        { id: 'size', header: say('columnSize'), cell: (row) => ofObject(row, (one) => size(one.size)) },
        { id: 'modified', header: say('columnModified'), cell: (row) => ofObject(row, (one) => time(one.modified)) },
        { id: 'class', header: say('columnClass'), cell: (row) => ofObject(row, (one) => one.class) },
        {
          id: 'encryption',
          header: say('columnObjectEncryption'),
          cell: (row) => ofObject(row, ({ mode }) => (mode === undefined ? say('none') : <ListedMode mode={mode} />)),
        },
      ]}
    />
  )
}

/** A listing tells the mode, not the key: that stands on the object's own page. */
function ListedMode({ mode }: { readonly mode: NonNullable<ListedObject['mode']> }): ReactNode {
  const { word } = useWords()
  if (mode === 'sse-kms') return <span className="mark kms">{word('kms')}</span>
  if (mode === 'dsse-kms') return <span className="mark kms">{word('dsse')}</span>
  return <EncryptionBadge stated={{ mode, cipher: 'aes-256' }} />
}

function idOf({ key, versionId }: ListedObject): string {
  return `object ${versionId ?? ''} ${key}`
}
