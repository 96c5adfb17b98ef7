import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'

/** Where a list stands: the cursors of the pages before, so that `Previous` asks for what was seen. */
export interface Cursors {
  readonly after: string | undefined
  readonly page: number
  readonly forward: (next: string) => void
  readonly back: () => void
}

/** A new `name` (another list, another filter) begins at the first page. */
export function useCursors(name: string): Cursors {
  const [state, setState] = useState<{ readonly name: string; readonly stack: readonly string[] }>({ name, stack: [] })
  const stack = state.name === name ? state.stack : []
  return {
    after: stack.at(-1),
    page: stack.length + 1,
    forward: (next) => setState({ name, stack: [...stack, next] }),
    back: () => setState({ name, stack: stack.slice(0, -1) }),
  }
}

export function Pager(props: { readonly cursors: Cursors; readonly next: string | undefined }): ReactNode {
  const { say } = useWords()
  const { cursors, next } = props
  if (cursors.page === 1 && next === undefined) return null
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <Button disabled={cursors.page === 1} onClick={cursors.back}>
        {say('previous')}
      </Button>
      <span>{say('page', { page: cursors.page })}</span>
      <Button
        disabled={next === undefined}
        onClick={() => {
          if (next !== undefined) cursors.forward(next)
        }}
      >
        {say('next')}
      </Button>
    </SpaceBetween>
  )
}
