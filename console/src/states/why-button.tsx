import Button from '@cloudscape-design/components/button'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { ApiFailure } from '../api/failure.ts'
import { useWords } from '../words/use-words.tsx'

const ExplainDrawer = lazy(async () => import('../explain/explain-drawer.tsx'))

/** Beside a refusal that can be explained; nothing beside any other. */
export function WhyButton({ failure }: { readonly failure: ApiFailure }): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  if (!failure.forbidden || failure.requestId === '') return null
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say('whyRefused')}</Button>
      {open && (
        <Suspense fallback={null}>
          <ExplainDrawer requestId={failure.requestId} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
