import Box from '@cloudscape-design/components/box'
import Spinner from '@cloudscape-design/components/spinner'
import { useEffect, useState, type ReactNode } from 'react'
import type { Resource } from '../api/resource.ts'
import { useWords } from '../words/use-words.tsx'
import { FailureNotice } from './failure-notice.tsx'

const QUIET_MS = 150

/** One part of a page: loading, refused or there. A refused part does not take the page along. */
export function Loaded<Value>(props: {
  readonly of: Resource<Value>
  readonly children: (value: Value) => ReactNode
}): ReactNode {
  const { value, failure, reload } = props.of
  if (failure !== undefined) return <FailureNotice failure={failure} onRetry={reload} />
  if (value === undefined) return <Loading />
  return <div aria-busy={props.of.loading}>{props.children(value)}</div>
}

/** Nothing for the first moment: what comes at once does not flicker. */
export function Loading(): ReactNode {
  const { say } = useWords()
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Box padding="l" textAlign="center" color="text-body-secondary">
      {shown && (
        <>
          <Spinner /> {say('loading')}
        </>
      )}
    </Box>
  )
}
