import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import type { ApiFailure } from '../api/failure.ts'
import { useWords } from '../words/use-words.tsx'
import { vendorAction } from '../words/vendor-actions.ts'
import { refusalText } from './refusal-text.ts'
import { WhyButton } from './why-button.tsx'

/** A refusal where it happened: code, reason, request id, and what one can do. The rest of the page goes on. */
export function FailureNotice(props: {
  readonly failure: ApiFailure
  readonly onRetry?: () => void
  readonly children?: ReactNode
}): ReactNode {
  const words = useWords()
  const { failure, onRetry } = props
  return (
    <Alert
      type={failure.forbidden ? 'warning' : 'error'}
      header={failure.code}
      action={
        <SpaceBetween size="xs" direction="horizontal">
          <WhyButton failure={failure} />
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
