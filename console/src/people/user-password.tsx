import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { asFailure } from '../api/failure.ts'
import { get, path, put, remove } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Password } from '../api/shapes.ts'
import { useNotices } from '../shell/notices.tsx'
import { useSystem } from '../shell/system.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'

/** Whether a user signs in to the console by name, and the field that sets what with. It is read nowhere again. */
export function UserPassword({ user }: { readonly user: string }): ReactNode {
  const { say, time } = useWords()
  const tell = useNotices()
  const route = path('people', 'users', user, 'password')
  const held = useResource(route, async (signal): Promise<{ readonly password: Password | undefined }> => {
    try {
      return { password: await get<Password>(route, undefined, signal) }
    } catch (thrown) {
      if (!signal.aborted && asFailure(thrown).status === 404) return { password: undefined }
      throw thrown
    }
  })
  const { busy, failure, run } = useAction()
  return (
    <section aria-label={say('consolePassword')}>
      <Container header={<Header variant="h2">{say('consolePassword')}</Header>}>
        <SpaceBetween size="m">
          {failure !== undefined && <FailureNotice failure={failure} />}
          <Loaded of={held}>
            {({ password }) => (
              <SpaceBetween size="s">
                <Box>
                  {password === undefined
                    ? say('passwordNone')
                    : say('passwordSince', { when: time(password.created) })}
                </Box>
                {password?.mustChange === true && <Alert type="info">{say('passwordToChange')}</Alert>}
                {password !== undefined && (
                  <Button
                    loading={busy}
                    onClick={() =>
                      run(async () => {
                        await remove(route)
                        held.reload()
                      })
                    }
                  >
                    {say('passwordRemove')}
                  </Button>
                )}
              </SpaceBetween>
            )}
          </Loaded>
          <NewPassword
            busy={busy}
            onSet={(password, mustChange) =>
              run(async () => {
                await put(route, { password, mustChange })
                held.reload()
                tell('success', say('saved'))
              })
            }
          />
        </SpaceBetween>
      </Container>
    </section>
  )
}

function NewPassword(props: {
  readonly busy: boolean
  readonly onSet: (password: string, mustChange: boolean) => void
}): ReactNode {
  const { say } = useWords()
  const limits = useSystem().value?.passwords
  const [typed, setTyped] = useState('')
  const [mustChange, setMustChange] = useState(true)
  const short = limits !== undefined && typed !== '' && typed.length < limits.minChars
  return (
    <SpaceBetween size="s">
      <FormField
        label={say('newPassword')}
        errorText={short ? say('passwordShort', { count: limits.minChars }) : ''}
        constraintText={limits === undefined ? '' : say('passwordShort', { count: limits.minChars })}
      >
        <Input
          type="password"
          autoComplete="new-password"
          value={typed}
          onChange={({ detail }) => setTyped(detail.value)}
        />
      </FormField>
      <Checkbox checked={mustChange} onChange={({ detail }) => setMustChange(detail.checked)}>
        {say('passwordMustChange')}
      </Checkbox>
      <Button
        loading={props.busy}
        disabled={typed === '' || short}
        onClick={() => {
          props.onSet(typed, mustChange)
          setTyped('')
        }}
      >
        {say('setPassword')}
      </Button>
    </SpaceBetween>
  )
}
