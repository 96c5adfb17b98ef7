import Alert from '@cloudscape-design/components/alert'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, type ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'
import { PreferenceSelects } from './preference-selects.tsx'
import { SignInForm } from './sign-in-form.tsx'

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
