import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import { useEffect, useState, type ReactNode } from 'react'
import { ApiFailure } from '../api/failure.ts'
import { addressOf, errorOf, pageHeaders, path } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { ObjectDetails } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { kindOfBytes } from './kind-of-bytes.ts'

const MOST_TEXT_BYTES = 1024 * 1024
const MOST_IMAGE_BYTES = 20 * 1024 * 1024

type Shown = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'image'; readonly url: string }

/** Raster images and text, by what the bytes are and never by what the object says of itself; nothing is run. */
export function ObjectPreview(props: {
  readonly bucket: string
  readonly of: ObjectDetails
  readonly versionId: string | undefined
}): ReactNode {
  const { say } = useWords()
  const { bucket, of: object, versionId } = props
  const [shown, setShown] = useState<Shown | 'other' | undefined>()
  const { busy, failure, run } = useAction()
  useEffect(() => {
    if (typeof shown !== 'object' || shown.kind !== 'image') return
    return () => URL.revokeObjectURL(shown.url)
  }, [shown])
  const show = (): void =>
    run(async () => {
      const address = addressOf(path('buckets', bucket, 'object', 'content'), { key: object.key, versionId })
      const response = await fetch(address, { headers: pageHeaders(), cache: 'no-store' })
      if (!response.ok) throw new ApiFailure(response.status, errorOf(await response.json().catch(() => ({}))))
      setShown(await shownOf(await response.blob()))
    })
  const large = object.size > MOST_IMAGE_BYTES
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            !large && (
              <Button loading={busy} onClick={show}>
                {say('showPreview')}
              </Button>
            )
          }
        >
          {say('preview')}
        </Header>
      }
    >
      {failure !== undefined && <FailureNotice failure={failure} />}
      {large && <Box>{say('previewTooLarge')}</Box>}
      {shown === 'other' && <Box>{say('previewNone')}</Box>}
      {typeof shown === 'object' && shown.kind === 'text' && <pre className="code">{shown.text}</pre>}
      {typeof shown === 'object' && shown.kind === 'image' && <img src={shown.url} alt={object.key} />}
    </Container>
  )
}

async function shownOf(blob: Blob): Promise<Shown | 'other'> {
  const head = new Uint8Array(await blob.slice(0, 16).arrayBuffer())
  const type = kindOfBytes(head)
  if (type !== undefined) return { kind: 'image', url: URL.createObjectURL(new Blob([blob], { type })) }
  if (blob.size > MOST_TEXT_BYTES) return 'other'
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await blob.arrayBuffer())
    return text.includes('\u0000') ? 'other' : { kind: 'text', text }
  } catch {
    return 'other'
  }
}
