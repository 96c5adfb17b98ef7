import Container from '@cloudscape-design/components/container'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Page } from '../shell/page.tsx'
import { useSystem } from '../shell/system.tsx'
import { useWords } from '../words/use-words.tsx'
import { NewKeyForm } from './new-key-form.tsx'

export default function NewKeyPage(): ReactNode {
  const { word } = useWords()
  const [, navigate] = useLocation()
  const region = useSystem().value?.region
  return (
    <Page title={word('createKey')}>
      <Container>
        {region !== undefined && (
          <NewKeyForm
            region={region}
            onBack={() => navigate('/keys')}
            onCreated={({ id, state }) =>
              // A key for imported material is nothing yet without it.
              navigate(`/keys/${encodeURIComponent(id)}${state === 'pending-import' ? '/import' : ''}`)
            }
          />
        )}
      </Container>
    </Page>
  )
}
