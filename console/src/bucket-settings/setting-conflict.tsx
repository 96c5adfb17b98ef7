import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'
import type { Draft, Setting } from './setting.ts'

/** Somebody else was first: both values, and the choice between them. */
export function SettingConflict<Value extends object>(props: {
  readonly of: Setting<Value>
  /** The `current` of the refusal: what is there now, its revision included; nothing, where it is gone. */
  readonly theirs: unknown
  readonly mine: readonly Draft[]
  readonly onTheirs: (theirs: Value | undefined, revision: string | undefined) => void
  readonly onMine: (revision: string | undefined) => void
}): ReactNode {
  const words = useWords()
  const { say } = words
  const { of: setting, mine } = props
  const current = typeof props.theirs === 'object' && props.theirs !== null ? props.theirs : undefined
  const revision = current !== undefined && 'revision' in current ? String(current.revision) : undefined
  // The shapes of answers are the server's own types.
  const theirs = current === undefined ? undefined : (current as Value)
  const lines = theirs === undefined ? [say('settingNone')] : setting.lines(theirs, words)
  const own = mine.flatMap((draft) =>
    setting.fields.flatMap(({ name, label }) => {
      const value = draft[name]
      return value === undefined || value === '' ? [] : [`${say(label)}: ${value.replaceAll('\n', ', ')}`]
    }),
  )
  return (
    <Alert
      type="warning"
      header={say('changedBySomebody')}
      action={
        <SpaceBetween size="xs" direction="horizontal">
          <Button onClick={() => props.onTheirs(theirs, revision)}>{say('useTheirs')}</Button>
          <Button onClick={() => props.onMine(revision)}>{say('saveMine')}</Button>
        </SpaceBetween>
      }
    >
      <Both title={say('theirs')} lines={lines} />
      <Both title={say('mine')} lines={own} />
    </Alert>
  )
}

function Both({ title, lines }: { readonly title: string; readonly lines: readonly string[] }): ReactNode {
  return (
    <section aria-label={title}>
      <Box fontWeight="bold">{title}</Box>
      <ul className="steps">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}
