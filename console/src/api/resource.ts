import { useCallback, useEffect, useRef, useState } from 'react'
import { asFailure, type ApiFailure } from './failure.ts'
import { onBack } from './reach.ts'

/** What a page shows: old content stays while new content is on its way. */
export interface Resource<Value> {
  readonly value: Value | undefined
  readonly failure: ApiFailure | undefined
  readonly loading: boolean
  readonly reload: () => void
}

/**
 * Loads when `name` changes and when `reload` is called; the request before is aborted. `undefined` loads nothing. The
 * value of another name is never shown.
 */
export function useResource<Value>(
  name: string | undefined,
  load: (signal: AbortSignal) => Promise<Value>,
): Resource<Value> {
  const [state, setState] = useState<{
    name?: string | undefined
    value?: Value
    failure?: ApiFailure
    loading: boolean
  }>({
    loading: name !== undefined,
  })
  const [round, setRound] = useState(0)
  const latest = useRef(load)
  useEffect(() => {
    latest.current = load
  })
  useEffect(() => {
    if (name === undefined) return
    const abort = new AbortController()
    setState((before) => (before.name === name ? { ...before, loading: true } : { name, loading: true }))
    latest.current(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ name, value, loading: false })
      },
      (thrown: unknown) => {
        if (!abort.signal.aborted) setState({ name, failure: asFailure(thrown), loading: false })
      },
    )
    return () => abort.abort()
  }, [name, round])
  const reload = useCallback(() => setRound((count) => count + 1), [])
  const lost = state.failure?.status === 0
  // What got no answer is asked for again as soon as there is somebody to answer.
  useEffect(() => (lost ? onBack(reload) : undefined), [lost, reload])
  const own = state.name === name
  return {
    value: own ? state.value : undefined,
    failure: own ? state.failure : undefined,
    loading: name !== undefined && (!own || state.loading),
    reload,
  }
}

/** One action at a time: whether it runs, and what it was refused with. */
export function useAction(): {
  readonly busy: boolean
  readonly failure: ApiFailure | undefined
  readonly clear: () => void
  readonly run: (action: () => Promise<void>) => void
} {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<ApiFailure | undefined>()
  const running = useRef(false)
  const run = useCallback((action: () => Promise<void>) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    setFailure(undefined)
    action()
      .catch((thrown: unknown) => setFailure(asFailure(thrown)))
      .finally(() => {
        running.current = false
        setBusy(false)
      })
  }, [])
  return { busy, failure, run, clear: useCallback(() => setFailure(undefined), []) }
}
