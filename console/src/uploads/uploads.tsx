import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import { useSession } from '../shell/session.tsx'
import { BROWSER_WIRE } from './send.ts'
import { UnfinishedUploads } from './unfinished.ts'
import { UploadQueue, type Upload } from './upload-queue.ts'

/** What is shown of the uploads, and the queue to tell what to do. */
export interface UploadsHandle {
  readonly queue: UploadQueue
  readonly uploads: readonly Upload[]
  /** Counts what has ended well: pages load again when it changes. */
  readonly finished: number
}

interface Shown {
  readonly uploads: readonly Upload[]
  readonly finished: number
}

/** Thousands of small files tell thousands of steps a second; a person reads a few of them. */
const SHOWN_EVERY_MS = 150
const Context = createContext<UploadsHandle | undefined>(undefined)

export function useUploads(): UploadsHandle {
  const handle = useContext(Context)
  if (handle === undefined) throw new Error('no uploads here')
  return handle
}

/** The queue of this page, and what to look at of it. */
class ShownUploads {
  readonly queue: UploadQueue
  readonly #listeners = new Set<() => void>()
  #shown: Shown = { uploads: [], finished: 0 }
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    this.queue = new UploadQueue(BROWSER_WIRE, new UnfinishedUploads(localStorage), () => this.#soon())
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly shown = (): Shown => this.#shown

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#shown = { uploads: this.queue.uploads, finished: this.queue.finished }
      for (const listener of this.#listeners) listener()
    }, SHOWN_EVERY_MS)
  }
}

export function UploadsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [store] = useState(() => new ShownUploads())
  const { uploads, finished } = useSyncExternalStore(store.subscribe, store.shown)
  const { state } = useSession()
  const over = state.kind === 'signed-in' && state.over
  const { queue } = store
  useEffect(() => {
    if (!over) queue.signedInAgain()
  }, [over, queue])
  useStayWhileRunning(uploads.some(({ state: now }) => now === 'waiting' || now === 'running'))
  const handle = useMemo(() => ({ queue, uploads, finished }), [queue, uploads, finished])
  return <Context value={handle}>{children}</Context>
}

/** The browser asks before it leaves, only while something is on its way. */
function useStayWhileRunning(running: boolean): void {
  useEffect(() => {
    if (!running) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [running])
}
