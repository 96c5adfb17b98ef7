import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState, type ReactNode, type SubmitEvent } from 'react'
import { useSearchParams } from 'wouter'
import { post } from '../api/request.ts'
import { useAction } from '../api/resource.ts'
import type { Explanation } from '../api/shapes.ts'
import { Page } from '../shell/page.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { useWords } from '../words/use-words.tsx'
import { Decision } from './decision.tsx'

/** Why a request was refused, or what would be said to one: the same evaluator, with what holds now. */
export default function ExplainPage(): ReactNode {
  const { say } = useWords()
  const [search] = useSearchParams()
  const request = search.get('request')
  const [principal, setPrincipal] = useState(search.get('principal') ?? '')
  const [action, setAction] = useState(search.get('action') ?? '')
  const [resource, setResource] = useState(search.get('resource') ?? '')
  const [explanation, setExplanation] = useState<Explanation | undefined>()
  const { busy, failure, run } = useAction()
  useEffect(() => {
    if (request === null) return
    run(async () => setExplanation(await post<Explanation>('/explain', { requestId: request })))
  }, [request, run])

  function ask(event: SubmitEvent): void {
    event.preventDefault()
    run(async () => {
      const question = { action, resource, ...(principal === '' ? {} : { principal }) }
      setExplanation(await post<Explanation>('/explain', question))
    })
  }

  return (
    <Page title={say('navExplain')} description={say('explainHelp')}>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {explanation !== undefined && <Decision of={explanation} />}
      <form onSubmit={ask}>
        <Container header={<Header variant="h2">{say('explainAsk')}</Header>}>
          <Form
            actions={
              <Button formAction="submit" loading={busy}>
                {say('explainAskNow')}
              </Button>
            }
          >
            <SpaceBetween size="s">
              <FormField label={say('explainWho')} constraintText={say('explainWhoHint')}>
                <Input value={principal} onChange={({ detail }) => setPrincipal(detail.value.trim())} />
              </FormField>
              <FormField label={say('explainAction')} constraintText="s3:GetObject">
                <Input value={action} onChange={({ detail }) => setAction(detail.value.trim())} />
              </FormField>
              <FormField label={say('explainResource')} constraintText="arn:aws:s3:::photos/a.jpg">
                <Input value={resource} onChange={({ detail }) => setResource(detail.value)} />
              </FormField>
            </SpaceBetween>
          </Form>
        </Container>
      </form>
    </Page>
  )
}
