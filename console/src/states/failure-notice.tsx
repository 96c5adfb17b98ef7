import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { ApiFailure } from '../api/failure.ts'
import { useWords, type Words } from '../words/use-words.tsx'
import { vendorAction } from '../words/vendor-actions.ts'

/** What was refused, as a sentence: the missing right by name, else what the server said. */
export function refusalText(failure: ApiFailure, { say, vocabulary }: Pick<Words, 'say' | 'vocabulary'>): string {
  if (failure.status === 0) return say('notReachable')
  const [missing] = failure.missing
  if (missing !== undefined) {
    return say('missingAction', { ...missing, action: vendorAction(missing.action, vocabulary) })
  }
  const named = failure.details['action']
  if (failure.forbidden && typeof named === 'string') {
    const resource = failure.details['resource']
    return say('missingAction', {
      action: vendorAction(named, vocabulary),
      resource: typeof resource === 'string' ? resource : say('none'),
    })
  }
  if (failure.forbidden) return failure.message === '' ? say('forbiddenHere') : failure.message
  return failure.message
}

/** A refusal where it happened: code, reason, request id, and what one can do. The rest of the page goes on. */
export function FailureNotice(props: {
  readonly failure: ApiFailure
  readonly onRetry?: () => void
  readonly children?: ReactNode
}): ReactNode {
  const words = useWords()
  const [, navigate] = useLocation()
  const { failure, onRetry } = props
  const explainable = failure.forbidden && failure.requestId !== ''
  return (
    <Alert
      type={failure.forbidden ? 'warning' : 'error'}
      header={failure.code}
      action={
        <SpaceBetween size="xs" direction="horizontal">
          {explainable && (
            <Button onClick={() => navigate(`/explain?request=${encodeURIComponent(failure.requestId)}`)}>
              {words.say('whyRefused')}
            </Button>
          )}
          {onRetry !== undefined && <Button onClick={onRetry}>{words.say('tryAgain')}</Button>}
        </SpaceBetween>
      }
    >
      <Box>{refusalText(failure, words)}</Box>
      {failure.missing.slice(1).map((right) => (
        <Box key={right.action}>
          {words.say('missingAction', { ...right, action: vendorAction(right.action, words.vocabulary) })}
        </Box>
      ))}
      {props.children}
      {failure.requestId !== '' && (
        <Box fontSize="body-s" color="text-body-secondary">
          {words.say('requestId', { id: failure.requestId })}
        </Box>
      )}
    </Alert>
  )
}
