import Modal from '@cloudscape-design/components/modal'
import { type ReactNode } from 'react'
import { UploadsProvider } from '../uploads/uploads.tsx'
import { UploadPanel } from '../uploads/upload-panel.tsx'
import { useWords } from '../words/use-words.tsx'
import { Navigation } from './navigation.tsx'
import { Notices } from './notices.tsx'
import { Routes } from './routes.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** Everything behind the sign-in. Uploads live outside the routes: navigation does not stop them. */
export default function SignedIn({ over }: { readonly over: boolean }): ReactNode {
  return (
    <UploadsProvider>
      <div className="frame">
        <Navigation />
        <main id="content" className="content" tabIndex={-1}>
          <Notices />
          <Routes />
        </main>
      </div>
      <UploadPanel />
      {over && <SignInAgain />}
    </UploadsProvider>
  )
}

function SignInAgain(): ReactNode {
  const { say } = useWords()
  return (
    <Modal visible header={say('sessionOver')} onDismiss={() => undefined}>
      <p>{say('sessionOverText')}</p>
      <SignInForm />
    </Modal>
  )
}
