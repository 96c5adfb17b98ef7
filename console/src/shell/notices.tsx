import Flashbar from '@cloudscape-design/components/flashbar'
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import { useWords } from '../words/use-words.tsx'

interface Notice {
  readonly id: string
  readonly type: 'success' | 'error' | 'info' | 'warning'
  readonly text: string
}

const MOST_NOTICES = 5
const Tell = createContext<((type: Notice['type'], text: string) => void) | undefined>(undefined)
const Told = createContext<{ readonly notices: readonly Notice[]; readonly dismiss: (id: string) => void }>({
  notices: [],
  dismiss: () => undefined,
})

/** What has happened, told once at the top and to screen readers. */
export function NoticesProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [notices, setNotices] = useState<readonly Notice[]>([])
  const tell = useCallback((type: Notice['type'], text: string) => {
    setNotices((before) => {
      const last = before.at(-1)
      const id = String(last === undefined ? 1 : Number(last.id) + 1)
      return [...before, { id, type, text }].slice(-MOST_NOTICES)
    })
  }, [])
  const dismiss = useCallback((id: string) => setNotices((before) => before.filter((one) => one.id !== id)), [])
  const told = useMemo(() => ({ notices, dismiss }), [notices, dismiss])
  return (
    <Tell value={tell}>
      <Told value={told}>{children}</Told>
    </Tell>
  )
}

export function useNotices(): (type: Notice['type'], text: string) => void {
  const tell = useContext(Tell)
  if (tell === undefined) throw new Error('no notices here')
  return tell
}

export function Notices(): ReactNode {
  const { notices, dismiss } = useContext(Told)
  const { say } = useWords()
  if (notices.length === 0) return null
  return (
    <Flashbar
      i18nStrings={{ ariaLabel: say('messages') }}
      items={notices.map(({ id, type, text }) => ({
        id,
        type,
        content: text,
        dismissible: true,
        dismissLabel: say('dismiss'),
        ariaRole: type === 'error' ? 'alert' : 'status',
        onDismiss: () => dismiss(id),
      }))}
    />
  )
}
