import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState, type ReactNode, type SubmitEvent } from 'react'
import { asFailure } from '../api/failure.ts'
import { useAction } from '../api/resource.ts'
import type { SignIn } from '../api/shapes.ts'
import { useWords } from '../words/use-words.tsx'
import { useSession } from './session.tsx'

type Way = 'access-key' | 'password'

interface Typed {
  readonly name: string
  readonly secret: string
  readonly account: string
  readonly user: string
  readonly password: string
  readonly newPassword: string
}

const NOTHING_TYPED: Typed = { name: '', secret: '', account: '', user: '', password: '', newPassword: '' }

export function SignInForm(): ReactNode {
  const { say, word } = useWords()
  const { signIn } = useSession()
  const [way, setWay] = useState<Way>('access-key')
  const [typed, setTyped] = useState(NOTHING_TYPED)
  const [asked, setAsked] = useState(false)
  const { busy, failure, run, clear } = useAction()
  const mustChange = failure?.code === 'PasswordChangeNeeded'
  const needs = NEEDS[way].filter((name) => name !== 'newPassword' || mustChange)

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    setAsked(true)
    if (needs.some((name) => typed[name] === '')) return
    run(async () => {
      try {
        await signIn(credentialsOf(way, typed, mustChange))
        setTyped(NOTHING_TYPED)
      } catch (thrown) {
        // A password that is right but has to be changed is needed once more.
        if (asFailure(thrown).code !== 'PasswordChangeNeeded') setTyped({ ...typed, secret: '', password: '' })
        throw thrown
      } finally {
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
            {failure !== undefined && !mustChange && <SignInRefusal failure={failure} />}
            {mustChange && <Alert type="info">{say('passwordToChange')}</Alert>}
            <RadioGroup
              ariaLabel={say('signInWith')}
              value={way}
              items={[
                { value: 'access-key', label: say('signInByKey') },
                { value: 'password', label: say('signInByName') },
              ]}
              onChange={({ detail }) => {
                setWay(detail.value === 'password' ? 'password' : 'access-key')
                setAsked(false)
                clear()
              }}
            />
            <SignInFields needs={needs} typed={typed} asked={asked} onType={setTyped} />
            {way === 'access-key' && (
              <Box color="text-body-secondary" fontSize="body-s">
                {say('firstStart', { command: 'coffer account recover-root' })}
              </Box>
            )}
          </SpaceBetween>
        </Form>
      </Container>
    </form>
  )
}

const NEEDS: Readonly<Record<Way, readonly (keyof Typed)[]>> = {
  'access-key': ['name', 'secret'],
  password: ['account', 'user', 'password', 'newPassword'],
}

function credentialsOf(way: Way, typed: Typed, changing: boolean): SignIn {
  const { name, secret, account, user, password, newPassword } = typed
  if (way === 'access-key') return { accessKeyId: name, secretAccessKey: secret }
  return { account, user, password, ...(changing ? { newPassword } : {}) }
}

const COMPLETES = {
  name: 'username',
  secret: 'current-password',
  account: 'organization',
  user: 'username',
  password: 'current-password',
  newPassword: 'new-password',
} as const
const SECRETS: ReadonlySet<keyof Typed> = new Set<keyof Typed>(['secret', 'password', 'newPassword'])

function SignInFields(props: {
  readonly needs: readonly (keyof Typed)[]
  readonly typed: Typed
  readonly asked: boolean
  readonly onType: (typed: Typed) => void
}): ReactNode {
  const { say, word } = useWords()
  const { typed } = props
  const labels: Readonly<Record<keyof Typed, string>> = {
    name: word('accessKeyId'),
    secret: word('secretAccessKey'),
    account: say('signInAccount'),
    user: say('signInUser'),
    password: say('signInPassword'),
    newPassword: say('newPassword'),
  }
  return props.needs.map((name) => (
    <FormField key={name} label={labels[name]} errorText={props.asked && typed[name] === '' ? say('fieldNeeded') : ''}>
      <Input
        type={SECRETS.has(name) ? 'password' : 'text'}
        value={typed[name]}
        autoComplete={COMPLETES[name]}
        onChange={({ detail }) =>
          props.onType({ ...typed, [name]: SECRETS.has(name) ? detail.value : detail.value.trim() })
        }
      />
    </FormField>
  ))
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
