import { useEffect, useState, type ReactNode } from 'react'
import { onAway, retryNow } from '../api/reach.ts'
import { useWords } from '../words/use-words.tsx'

/** The server does not answer: said once at the top, with the seconds to the next try; what is open stays as it is. */
export function AwayNotice(): ReactNode {
  const { say } = useWords()
  const [left, setLeft] = useState<number | undefined>()
  useEffect(() => onAway(setLeft), [])
  if (left === undefined) return null
  return (
    <div className="away" role="alert">
      {say('awayTrying', { seconds: left })}{' '}
      <button type="button" onClick={retryNow}>
        {say('tryAgain')}
      </button>
    </div>
  )
}
