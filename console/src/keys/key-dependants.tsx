import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import type { Resource } from '../api/resource.ts'
import type { Dependants } from '../api/shapes.ts'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'

/** Exact counts, from the counters that guard deletion itself. */
export function KeyDependants({ of }: { readonly of: Resource<Dependants> }): ReactNode {
  const { say, number } = useWords()
  return (
    <section aria-label={say('whatDepends')}>
      <Loaded of={of}>
        {({ versions, uploads, defaults, byVersion }) => (
          <SpaceBetween size="xs">
            <Box variant="h3">{say('whatDepends')}</Box>
            <Box>{say('dependCounts', { n: versions, u: uploads, d: defaults })}</Box>
            {byVersion.map(({ version, count }) => (
              <Box key={version}>{say('byKeyVersion', { version, count: number(count) })}</Box>
            ))}
          </SpaceBetween>
        )}
      </Loaded>
    </section>
  )
}
