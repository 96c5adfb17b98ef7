import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { addressOf, get, path } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { ObjectDetails } from '../api/shapes.ts'
import { Page } from '../shell/page.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { DeleteObjectsDialog } from './delete-objects-dialog.tsx'
import { folderAddress, shownName } from './object-address.ts'
import { ObjectEncryption } from './object-encryption.tsx'
import { ObjectPreview } from './object-preview.tsx'
import { ObjectVersions } from './object-versions.tsx'
import { ShareDialog } from './share-dialog.tsx'

export default function ObjectPage({ bucket }: { readonly bucket: string }): ReactNode {
  const [search] = useSearchParams()
  const key = search.get('key') ?? ''
  const versionId = search.get('versionId') ?? undefined
  const object = useResource(`object ${bucket} ${versionId ?? ''} ${key}`, (signal) =>
    get<ObjectDetails>(path('buckets', bucket, 'object'), { key, versionId }, signal),
  )
  const name = shownName(key.split('/').findLast((piece) => piece !== '') ?? key)
  return (
    <Page
      title={name}
      about={bucket}
      description={shownName(key)}
      actions={object.value !== undefined && <ObjectActions bucket={bucket} of={object.value} versionId={versionId} />}
    >
      <Loaded of={object}>
        {(value) => (
          <SpaceBetween size="l">
            <ObjectEncryption of={value} />
            <ObjectFacts of={value} />
            <ObjectVersions bucket={bucket} objectKey={key} onChange={object.reload} />
            <ObjectPreview bucket={bucket} of={value} versionId={versionId} />
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  )
}

function ObjectActions(props: {
  readonly bucket: string
  readonly of: ObjectDetails
  readonly versionId: string | undefined
}): ReactNode {
  const { say, word, vocabulary } = useWords()
  const [, navigate] = useLocation()
  const [open, setOpen] = useState<'share' | 'delete' | undefined>()
  const { bucket, of: object, versionId } = props
  // OBS shares no encrypted object; the server refuses it too.
  const shareable = vocabulary !== 'obs' || object.encryption.mode === 'none'
  const content = addressOf(path('buckets', bucket, 'object', 'content'), { key: object.key, versionId, download: 1 })
  const folder = object.key.slice(0, object.key.lastIndexOf('/') + 1)
  return (
    <SpaceBetween size="xxs">
      <SpaceBetween size="xs" direction="horizontal">
        <Button href={content} download>
          {say('download')}
        </Button>
        <Button disabled={!shareable} onClick={() => setOpen('share')}>
          {word('share')}
        </Button>
        <Button onClick={() => setOpen('delete')}>{say('deleteObjects')}</Button>
      </SpaceBetween>
      {!shareable && <Box color="text-body-secondary">{say('notShareable')}</Box>}
      {open === 'share' && (
        <ShareDialog bucket={bucket} objectKey={object.key} versionId={versionId} onClose={() => setOpen(undefined)} />
      )}
      {open === 'delete' && (
        <DeleteObjectsDialog
          bucket={bucket}
          objects={[{ key: object.key, size: object.size, modified: object.modified, class: object.class, versionId }]}
          withVersions={versionId !== undefined}
          onClose={() => setOpen(undefined)}
          onDeleted={() => navigate(folderAddress(bucket, folder))}
        />
      )}
    </SpaceBetween>
  )
}

function ObjectFacts({ of: object }: { readonly of: ObjectDetails }): ReactNode {
  const { say, size, time } = useWords()
  const random = object.encryption.mode !== 'none' && object.encryption.mode !== 'sse-s3'
  const checksums = Object.entries(object.checksums ?? {})
  const metadata = Object.entries(object.metadata)
  const tags = object.tags ?? []
  const lines = (pairs: readonly (readonly [string, string])[]): ReactNode =>
    pairs.length === 0 ? (
      say('none')
    ) : (
      <ul className="steps">
        {pairs.map(([name, value]) => (
          <li key={name} className="code">{`${name}: ${value}`}</li>
        ))}
      </ul>
    )
  return (
    <Container header={<Header variant="h2">{say('objectFacts')}</Header>}>
      <KeyValuePairs
        columns={2}
        items={[
          { label: say('columnSize'), value: size(object.size) },
          { label: say('columnModified'), value: time(object.modified) },
          { label: say('contentType'), value: object.contentType ?? say('none') },
          { label: say('columnClass'), value: object.class },
          { label: random ? say('etagRandom') : 'ETag', value: <span className="code">{object.etag}</span> },
          { label: say('versionId'), value: <span className="code">{object.versionId ?? say('none')}</span> },
          { label: say('checksums'), value: lines(checksums) },
          { label: say('metadata'), value: lines(metadata) },
          { label: say('tagsTitle'), value: lines(tags.map(({ key, value }) => [key, value] as const)) },
        ]}
      />
    </Container>
  )
}
