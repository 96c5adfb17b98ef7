import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'

/** Asks once before what was entered is thrown away. `leave` is what closing does. */
export function useDiscard(
  dirty: boolean,
  leave: () => void,
): { readonly ask: () => void; readonly question: ReactNode } {
  const { say } = useWords()
  const [asking, setAsking] = useState(false)
  const ask = (): void => {
    if (dirty && !asking) setAsking(true)
    else leave()
  }
  const question = asking ? (
    <Alert
      type="warning"
      action={
        <SpaceBetween size="xs" direction="horizontal">
          <Button onClick={() => setAsking(false)}>{say('stay')}</Button>
          <Button onClick={leave}>{say('leave')}</Button>
        </SpaceBetween>
      }
    >
      {say('leaveUnsaved')}
    </Alert>
  ) : null
  return { ask, question }
}
