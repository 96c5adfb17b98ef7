import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { asFailure, type ApiFailure } from '../api/failure.ts'
import { get, onSessionEnd, post, remove, setCsrf } from '../api/request.ts'
import type { Session, SignIn } from '../api/shapes.ts'

export type SessionState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'none' }
  | { readonly kind: 'away'; readonly failure: ApiFailure }
  /** `over`: it has ended while the page was in use; what the page shows stays below the sign-in. */
  | { readonly kind: 'signed-in'; readonly session: Session; readonly over: boolean }

export interface SessionHandle {
  readonly state: SessionState
  readonly signIn: (credentials: SignIn) => Promise<void>
  readonly signOut: () => Promise<void>
  readonly askAgain: () => void
}

const Context = createContext<SessionHandle | undefined>(undefined)

export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [state, setState] = useState<SessionState>({ kind: 'asking' })
  const [round, setRound] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    get<Session>('/session', undefined, abort.signal).then(
      (session) => {
        setCsrf(session.csrf)
        setState({ kind: 'signed-in', session, over: false })
      },
      (thrown: unknown) => {
        if (abort.signal.aborted) return
        const failure = asFailure(thrown)
        setState(failure.status === 401 ? { kind: 'none' } : { kind: 'away', failure })
      },
    )
    return () => abort.abort()
  }, [round])
  useEffect(() => onSessionEnd(() => setState((now) => (now.kind === 'signed-in' ? { ...now, over: true } : now))), [])
  const signIn = useCallback(async (credentials: SignIn) => {
    const session = await post<Session>('/session', credentials)
    setCsrf(session.csrf)
    setState({ kind: 'signed-in', session, over: false })
  }, [])
  const signOut = useCallback(async () => {
    await remove('/session')
    setCsrf('')
    setState({ kind: 'none' })
  }, [])
  const askAgain = useCallback(() => {
    setState({ kind: 'asking' })
    setRound((count) => count + 1)
  }, [])
  const handle = useMemo(() => ({ state, signIn, signOut, askAgain }), [state, signIn, signOut, askAgain])
  return <Context value={handle}>{children}</Context>
}

export function useSession(): SessionHandle {
  const handle = useContext(Context)
  if (handle === undefined) throw new Error('no session here')
  return handle
}
