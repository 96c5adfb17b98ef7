import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { useAction } from '../api/resource.ts'
import { useDiscard } from '../shell/discard-question.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import type { SentenceId } from '../words/en/sentences.ts'
import { useWords } from '../words/use-words.tsx'
import { DraftFields } from './draft-fields.tsx'
import { DraftProblem, type Draft, type Setting } from './setting.ts'
import { SettingConflict } from './setting-conflict.tsx'
import { putSetting, removeSetting, type Held } from './use-setting.ts'

/** The fields, Save and Cancel. What somebody else has changed meanwhile is shown before anything is written over. */
export function SettingForm<Value extends object>(props: {
  readonly bucket: string
  readonly of: Setting<Value>
  readonly held: Held<Value>
  readonly onClose: () => void
  readonly onSaved: () => void
}): ReactNode {
  const { say, word } = useWords()
  const { bucket, of: setting, held } = props
  const [before] = useState(() => setting.draftsOf(held.value))
  const [drafts, setDrafts] = useState(before)
  const [seen, setSeen] = useState(held.revision)
  const [problem, setProblem] = useState<SentenceId | undefined>()
  const { busy, failure, run, clear } = useAction()
  const changed = JSON.stringify(drafts) !== JSON.stringify(before)
  const { ask, question } = useDiscard(changed, props.onClose)

  function save(revision: string | undefined): void {
    setProblem(undefined)
    let body: object
    try {
      body = setting.bodyOf(drafts, held.value)
    } catch (thrown) {
      if (!(thrown instanceof DraftProblem)) throw thrown
      setProblem(thrown.sentence)
      return
    }
    run(async () => {
      await putSetting(bucket, setting.path, body, revision)
      props.onSaved()
    })
  }

  return (
    <SpaceBetween size="m">
      {failure !== undefined && failure.status !== 412 && <FailureNotice failure={failure} />}
      {failure?.status === 412 && (
        <SettingConflict
          of={setting}
          theirs={failure.details['current']}
          mine={drafts}
          onTheirs={(theirs, revision) => {
            clear()
            setSeen(revision)
            setDrafts(setting.draftsOf(theirs))
          }}
          onMine={save}
        />
      )}
      {problem !== undefined && <Alert type="error">{say(problem)}</Alert>}
      <Drafts of={setting} drafts={drafts} onChange={setDrafts} />
      {question}
      <SpaceBetween size="xs" direction="horizontal">
        <Button onClick={ask}>{say('cancel')}</Button>
        {setting.removable && held.value !== undefined && (
          <Button
            loading={busy}
            onClick={() =>
              run(async () => {
                await removeSetting(bucket, setting.path, seen)
                props.onSaved()
              })
            }
          >
            {say('removeSetting')}
          </Button>
        )}
        <Button variant="primary" loading={busy} onClick={() => save(seen)}>
          {word('save')}
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  )
}

function Drafts<Value extends object>(props: {
  readonly of: Setting<Value>
  readonly drafts: readonly Draft[]
  readonly onChange: (drafts: readonly Draft[]) => void
}): ReactNode {
  const { say } = useWords()
  const { of: setting, drafts, onChange } = props
  const change = (index: number, draft: Draft): void => onChange(drafts.map((one, at) => (at === index ? draft : one)))
  const [first] = drafts
  if (setting.list === undefined) {
    return first === undefined ? null : (
      <DraftFields fields={setting.fields} draft={first} onChange={(draft) => change(0, draft)} />
    )
  }
  return (
    <SpaceBetween size="m">
      {drafts.map((draft, index) => (
        <fieldset key={index} className="rule">
          <legend>{say('ruleNumber', { number: index + 1 })}</legend>
          <DraftFields fields={setting.fields} draft={draft} onChange={(to) => change(index, to)} />
          <Button
            ariaLabel={say('removeRule', { number: index + 1 })}
            onClick={() => onChange(drafts.filter((_, at) => at !== index))}
          >
            {say('removeTag')}
          </Button>
        </fieldset>
      ))}
      {drafts.length < setting.list.most && (
        <Button iconName="add-plus" onClick={() => onChange([...drafts, {}])}>
          {say('addRule')}
        </Button>
      )}
    </SpaceBetween>
  )
}
