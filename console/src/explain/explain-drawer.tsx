import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef, type ReactNode } from 'react'
import { Link } from 'wouter'
import { post } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { Explanation } from '../api/shapes.ts'
import { refusalText } from '../states/refusal-text.ts'
import { Loading } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { Decision } from './decision.tsx'

/**
 * Why a request was refused, at the side of the page or dialog where it was. The browser's own dialog: it stands over
 * every other, keeps the focus and gives it back.
 */
export default function ExplainDrawer(props: { readonly requestId: string; readonly onClose: () => void }): ReactNode {
  const words = useWords()
  const { say } = words
  const { requestId, onClose } = props
  const drawer = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    drawer.current?.showModal()
  }, [])
  const explanation = useResource(`explain ${requestId}`, async () => post<Explanation>('/explain', { requestId }))
  return (
    <dialog ref={drawer} className="drawer" aria-label={say('navExplain')} onClose={onClose}>
      <SpaceBetween size="m">
        <Header variant="h2" actions={<Button onClick={onClose}>{say('close')}</Button>}>
          {say('navExplain')}
        </Header>
        {explanation.value !== undefined && <Decision of={explanation.value} />}
        {explanation.failure !== undefined && <Box>{refusalText(explanation.failure, words)}</Box>}
        {explanation.value === undefined && explanation.failure === undefined && <Loading />}
        <Box fontSize="body-s">{say('requestId', { id: requestId })}</Box>
        <Link href={`/explain?request=${encodeURIComponent(requestId)}`}>{say('openInExplain')}</Link>
      </SpaceBetween>
    </dialog>
  )
}
