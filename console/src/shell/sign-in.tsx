import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState, type ReactNode, type SubmitEvent } from 'react'
import { useAction } from '../api/resource.ts'
import { useWords } from '../words/use-words.tsx'
import { PreferenceSelects } from './preference-selects.tsx'
import { useSession } from './session.tsx'

/** The whole page before there is a session. */
export function SignInPage(): ReactNode {
  const { word } = useWords()
  useEffect(() => {
    document.title = `${word('signIn')} – Coffer`
  }, [word])
  return (
    <main className="sign-in">
      <SpaceBetween size="m">
        <div className="sign-in-top">
          <Header variant="h1">Coffer</Header>
          <PreferenceSelects />
        </div>
        <PlainHttpWarning />
        <SignInForm />
      </SpaceBetween>
    </main>
  )
}

function PlainHttpWarning(): ReactNode {
  const { say } = useWords()
  const loopback = /^(localhost|127\.|\[::1\])/.test(location.hostname)
  if (location.protocol === 'https:' || loopback) return null
  return <Alert type="warning">{say('plainHttp')}</Alert>
}

export function SignInForm(): ReactNode {
  const { say, word } = useWords()
  const { signIn } = useSession()
  const [name, setName] = useState('')
  const [secret, setSecret] = useState('')
  const [asked, setAsked] = useState(false)
  const { busy, failure, run } = useAction()
  const complete = name !== '' && secret !== ''
  const needed = (value: string): string => (asked && value === '' ? say('fieldNeeded') : '')

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    setAsked(true)
    if (!complete) return
    run(async () => {
      try {
        await signIn({ accessKeyId: name, secretAccessKey: secret })
      } finally {
        setSecret('')
        setAsked(false)
      }
    })
  }

  return (
    <form onSubmit={submit} autoComplete="on">
      <Container>
        <Form
          actions={
            <Button variant="primary" formAction="submit" loading={busy}>
              {word('signIn')}
            </Button>
          }
        >
          <SpaceBetween size="m">
            {failure !== undefined && <SignInRefusal failure={failure} />}
            <FormField label={word('accessKeyId')} errorText={needed(name)}>
              <Input value={name} autoComplete="username" onChange={({ detail }) => setName(detail.value.trim())} />
            </FormField>
            <FormField label={word('secretAccessKey')} errorText={needed(secret)}>
              <Input
                type="password"
                value={secret}
                autoComplete="current-password"
                onChange={({ detail }) => setSecret(detail.value)}
              />
            </FormField>
            <Box color="text-body-secondary" fontSize="body-s">
              {say('firstStart', { command: 'coffer account recover-root' })}
            </Box>
          </SpaceBetween>
        </Form>
      </Container>
    </form>
  )
}

/** One sentence for every wrong combination: which half was wrong is not told. */
function SignInRefusal({
  failure,
}: {
  readonly failure: NonNullable<ReturnType<typeof useAction>['failure']>
}): ReactNode {
  const { say } = useWords()
  const [left, setLeft] = useState(failure.number('retryAfter') ?? 0)
  useEffect(() => {
    if (failure.status !== 429) return
    setLeft(failure.number('retryAfter') ?? 1)
    const timer = setInterval(() => setLeft((seconds) => Math.max(0, seconds - 1)), 1_000)
    return () => clearInterval(timer)
  }, [failure])
  if (failure.status === 429) return <Alert type="error">{say('tooManyAttempts', { seconds: left })}</Alert>
  if (failure.status === 0 || failure.status >= 500) {
    return <Alert type="error">{failure.status === 0 ? say('notReachable') : failure.message}</Alert>
  }
  return <Alert type="error">{say('refusedSignIn')}</Alert>
}
