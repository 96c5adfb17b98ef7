import type { ReactNode } from 'react'
import { get, path, put } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import { DocumentEditor } from '../shell/document-editor.tsx'
import { useNotices } from '../shell/notices.tsx'
import { Loaded } from '../states/loaded.tsx'
import { useWords } from '../words/use-words.tsx'

export function KeyPolicy({ id }: { readonly id: string }): ReactNode {
  const { say } = useWords()
  const tell = useNotices()
  const route = path('keys', id, 'policy')
  const policy = useResource(`policy of ${id}`, (signal) => get<{ readonly policy: string }>(route, undefined, signal))
  return (
    <Loaded of={policy}>
      {(value) => (
        <DocumentEditor
          key={value.policy}
          label={say('keyPolicy')}
          text={value.policy}
          onSave={async (text) => {
            await put(route, { policy: text })
            policy.reload()
            tell('success', say('saved'))
          }}
        />
      )}
    </Loaded>
  )
}
