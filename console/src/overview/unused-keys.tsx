import Box from '@cloudscape-design/components/box'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { get } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { UnusedKey } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'

const DAYS = 90
const MOST_NAMED = 10

/** Keys that nobody used: what may be switched off next. Refused by itself, the numbers beside it stay. */
export function UnusedKeys(): ReactNode {
  const { say, time } = useWords()
  const unused = useResource('unused keys', (signal) =>
    get<{ readonly items: readonly UnusedKey[] }>('/unused-keys', { days: DAYS }, signal),
  )
  const { value, failure } = unused
  if (failure !== undefined) return <FailureNotice failure={failure} onRetry={unused.reload} />
  if (value === undefined) return null
  const { items } = value
  return (
    <section aria-label={say('unusedKeys', { days: DAYS })}>
      <Box variant="h3">{say('unusedKeys', { days: DAYS })}</Box>
      {items.length === 0 && <Box>{say('unusedKeysNone')}</Box>}
      <ul className="steps">
        {items.slice(0, MOST_NAMED).map(({ id, aliases, lastUsed }) => (
          <li key={id}>
            <Link href={`/keys/${encodeURIComponent(id)}`}>{aliases[0] ?? id}</Link>
            {lastUsed === undefined ? '' : ` · ${say('lastUsed', { when: time(lastUsed) })}`}
          </li>
        ))}
      </ul>
      {items.length > MOST_NAMED && <Box>{say('filesMore', { count: items.length - MOST_NAMED })}</Box>}
    </section>
  )
}
