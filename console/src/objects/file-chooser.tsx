import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useRef, useState, type DragEvent, type ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'
import { shownName } from './object-address.ts'

export interface ChosenFile {
  /** With its folders, below the prefix it goes to. */
  readonly name: string
  readonly file: File
}

const MOST_SHOWN = 100

/** Files by button or by drop; each can be taken out again. */
export function FileChooser(props: {
  readonly files: readonly ChosenFile[]
  readonly error: string
  readonly onChange: (files: readonly ChosenFile[]) => void
}): ReactNode {
  const { say, word, size } = useWords()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const { files, onChange } = props

  function addAll(list: FileList | null): void {
    const added = [...(list ?? [])].map((file) => ({
      file,
      name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    }))
    const names = new Set(added.map(({ name }) => name))
    onChange([...files.filter(({ name }) => !names.has(name)), ...added])
  }

  function drop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    addAll(event.dataTransfer.files)
  }

  return (
    <FormField label={say('files')} errorText={props.error} stretch>
      <SpaceBetween size="xs">
        <div
          className={over ? 'drop over' : 'drop'}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <SpaceBetween size="xs">
            <Box>{say('dropHere')}</Box>
            <Button onClick={() => input.current?.click()}>{word('addFiles')}</Button>
          </SpaceBetween>
          <input
            ref={input}
            type="file"
            multiple
            tabIndex={-1}
            aria-hidden="true"
            className="hidden-file"
            onChange={(event) => {
              addAll(event.target.files)
              event.target.value = ''
            }}
          />
        </div>
        <ul className="steps" aria-label={say('files')}>
          {files.slice(0, MOST_SHOWN).map(({ name, file }) => (
            <li key={name}>
              {shownName(name)} · {size(file.size)}{' '}
              <Button
                variant="inline-link"
                ariaLabel={say('removeFile', { name: shownName(name) })}
                onClick={() => onChange(files.filter((one) => one.name !== name))}
              >
                {say('removeTag')}
              </Button>
            </li>
          ))}
        </ul>
        {files.length > MOST_SHOWN && <Box>{say('filesMore', { count: files.length - MOST_SHOWN })}</Box>}
      </SpaceBetween>
    </FormField>
  )
}
