import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react'
import { Link } from 'wouter'
import { onBack } from '../api/reach.ts'
import { useAction } from '../api/resource.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { Loading } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import { AwayNotice } from './away-notice.tsx'
import { PreferenceSelects } from './preference-selects.tsx'
import { SignInPage } from './sign-in.tsx'
import { useSession, type SessionState } from './session.tsx'
import { useSystem } from './system.tsx'

const SignedIn = lazy(async () => import('./signed-in.tsx'))

/** No page without a session; sealed, the page that says what helps. */
export function Frame(): ReactNode {
  const { state, askAgain } = useSession()
  const system = useSystem()
  const { reload } = system
  const signedIn = state.kind === 'signed-in'
  // What the server tells depends on who asks.
  useEffect(() => reload(), [signedIn, reload])
  const sealed = system.value !== undefined && system.value.seal !== 'serving'
  // No session could be asked for while nobody answered.
  const away = state.kind === 'away'
  useEffect(() => (away ? onBack(askAgain) : undefined), [away, askAgain])
  const wasSealed = useRef(sealed)
  useEffect(() => {
    // Who is signed in stays so, with everything that is open.
    if (wasSealed.current && !sealed && !signedIn) askAgain()
    wasSealed.current = sealed
  }, [sealed, signedIn, askAgain])
  if (sealed && !signedIn) return <SealedPage reason={system.value.reason} />
  switch (state.kind) {
    case 'asking':
      return <Loading />
    case 'none':
      return <SignInPage />
    case 'away':
      return (
        <main className="sign-in">
          <FailureNotice failure={state.failure} onRetry={askAgain} />
          <AwayNotice />
        </main>
      )
    case 'signed-in':
      return (
        <Suspense fallback={<Loading />}>
          <AwayNotice />
          <Top state={state} />
          {sealed && <SealedNotice reason={system.value.reason} />}
          <SignedIn over={state.over} />
        </Suspense>
      )
  }
}

function SealedNotice({ reason }: { readonly reason: string | undefined }): ReactNode {
  const { say } = useWords()
  return (
    <Alert type="error" header={say('sealedTitle')}>
      {say('sealedText', { provider: reason ?? '' })} {say('sealedCommand')}
    </Alert>
  )
}

function SealedPage({ reason }: { readonly reason: string | undefined }): ReactNode {
  const { say } = useWords()
  useEffect(() => {
    document.title = `${say('sealedTitle')} – Coffer`
  }, [say])
  return (
    <main className="sign-in">
      <h1>{say('sealedTitle')}</h1>
      <SealedNotice reason={reason} />
    </main>
  )
}

function Top({ state }: { readonly state: Extract<SessionState, { kind: 'signed-in' }> }): ReactNode {
  const { say } = useWords()
  const { signOut } = useSession()
  const { busy, run } = useAction()
  const { session } = state
  return (
    <header className="top">
      <a className="skip" href="#content">
        {say('skipToContent')}
      </a>
      <Link className="brand" href="/">
        Coffer
      </Link>
      <Box color="inherit">{say('account', { account: session.account })}</Box>
      <span className="grow" />
      <PreferenceSelects />
      <span className="who">{session.name}</span>
      <Button loading={busy} onClick={() => run(signOut)}>
        {say('signOut')}
      </Button>
    </header>
  )
}
