import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { get, path, post, remove } from '../api/request.ts'
import { useAction, useResource } from '../api/resource.ts'
import type { Page as ListPage } from '../api/shapes.ts'
import { FailureNotice } from '../states/failure-notice.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import type { HolderKind } from './people-kinds.ts'

interface Policy {
  readonly name: string
  readonly arn: string
  readonly description?: string
}

/** Policies that stand by themselves, and whom they are attached to: here a user, a group or a role. */
export function AttachedPolicies(props: { readonly kind: HolderKind; readonly name: string }): ReactNode {
  const { say } = useWords()
  const route = path('people', props.kind, props.name, 'policies')
  const attached = useResource(route, (signal) => get<ListPage<Policy>>(route, undefined, signal))
  const all = useResource('all policies', (signal) => get<ListPage<Policy>>('/people/policies', undefined, signal))
  const [chosen, setChosen] = useState<string | undefined>()
  const { busy, failure, run } = useAction()
  // The server's own policies say in their description what the vendor's page calls them.
  const options = (all.value?.items ?? []).map(({ name, arn, description = '' }) => ({
    ...{ value: arn, label: name, description },
  }))
  const change = (action: () => Promise<unknown>): void =>
    run(async () => {
      await action()
      setChosen(undefined)
      attached.reload()
    })
  return (
    <Container header={<Header variant="h2">{say('attachedPolicies')}</Header>}>
      <SpaceBetween size="s">
        {failure !== undefined && <FailureNotice failure={failure} />}
        <Loaded of={attached}>
          {({ items }) => (
            <ul className="steps" aria-label={say('attachedPolicies')}>
              {items.length === 0 && <li>{say('policyNone')}</li>}
              {items.map(({ name, arn }) => (
                <li key={arn}>
                  {name}{' '}
                  <Button
                    variant="inline-link"
                    ariaLabel={say('removeFile', { name })}
                    onClick={() => change(async () => remove(route, { arn }))}
                  >
                    {say('removeTag')}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
        <FormField
          label={say('attachPolicy')}
          secondaryControl={
            <Button
              loading={busy}
              disabled={chosen === undefined}
              onClick={() => change(async () => post(route, { policyArn: chosen }))}
            >
              {say('attach')}
            </Button>
          }
        >
          <Select
            options={options}
            filteringType="auto"
            placeholder={say('attachPolicy')}
            selectedOption={options.find(({ value }) => value === chosen) ?? null}
            onChange={({ detail }) => setChosen(detail.selectedOption.value)}
          />
        </FormField>
        {all.failure !== undefined && <Box>{all.failure.message}</Box>}
      </SpaceBetween>
    </Container>
  )
}
