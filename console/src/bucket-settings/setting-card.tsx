import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { useNotices } from '../shell/notices.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'
import type { Setting } from './setting.ts'
import { SettingForm } from './setting-form.tsx'
import { useSetting } from './use-setting.ts'

/** One setting of a bucket: what holds, and the form that changes it. Refused, the rest of the page goes on. */
export function SettingCard<Value extends object>(props: {
  readonly bucket: string
  readonly of: Setting<Value>
}): ReactNode {
  const words = useWords()
  const { say, word } = words
  const { bucket, of: setting } = props
  const tell = useNotices()
  const held = useSetting<Value>(bucket, setting.path)
  const [open, setOpen] = useState(false)
  const title = word(setting.title)
  return (
    <section aria-label={title}>
      <Container
        header={
          <Header
            variant="h2"
            actions={
              held.value !== undefined &&
              !open && (
                <Button ariaLabel={`${word('configure')} ${title}`} onClick={() => setOpen(true)}>
                  {word('configure')}
                </Button>
              )
            }
          >
            {title}
          </Header>
        }
      >
        <SpaceBetween size="s">
          <Box color="text-body-secondary">{say(setting.help)}</Box>
          <Loaded of={held}>
            {(now) =>
              open ? (
                <SettingForm
                  bucket={bucket}
                  of={setting}
                  held={now}
                  onClose={() => setOpen(false)}
                  onSaved={() => {
                    setOpen(false)
                    held.reload()
                    tell('success', say('saved'))
                  }}
                />
              ) : (
                <Lines lines={now.value === undefined ? [] : setting.lines(now.value, words)} title={title} />
              )
            }
          </Loaded>
        </SpaceBetween>
      </Container>
    </section>
  )
}

function Lines({ lines, title }: { readonly lines: readonly string[]; readonly title: string }): ReactNode {
  const { say } = useWords()
  if (lines.length === 0) return <Box>{say('settingNone')}</Box>
  return (
    <ul className="steps" aria-label={title}>
      {lines.map((line, index) => (
        <li key={`${String(index)} ${line}`}>{line}</li>
      ))}
    </ul>
  )
}
