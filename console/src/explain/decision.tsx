import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import type { ReactNode } from 'react'
import type { Explanation } from '../api/shapes.ts'
import { useWords } from '../words/use-words.tsx'
import { vendorAction } from '../words/vendor-actions.ts'

/** What was decided, and what each side that was asked said. */
export function Decision({ of }: { readonly of: Explanation }): ReactNode {
  const { say, vocabulary } = useWords()
  const allowed = of.decision === 'allow'
  return (
    <section aria-label={say('explainDecision')}>
      <Alert type={allowed ? 'success' : 'warning'} header={allowed ? say('explainAllowed') : say('explainRefused')}>
        <Box>{`${vendorAction(of.action, vocabulary)} · ${of.resource} · ${of.principal}`}</Box>
        <Box>{of.decision === 'no-opinion' ? say('explainImplicit') : of.reason}</Box>
        <ol className="steps">
          {of.sides.map(({ side, says, policy, sid, index }) => (
            <li key={`${side} ${policy ?? ''}`}>
              {[side, says, policy, sid, index === undefined ? undefined : `#${String(index + 1)}`]
                .filter((text) => text !== undefined)
                .join(' · ')}
            </li>
          ))}
        </ol>
      </Alert>
    </section>
  )
}
