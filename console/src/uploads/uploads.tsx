import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { asFailure, type ApiFailure } from '../api/failure.ts'
import type { Chosen } from '../encryption/choice.ts'
import { Slots } from './slots.ts'
import { uploadFile } from './upload-file.ts'

export type UploadState = 'waiting' | 'running' | 'done' | 'failed' | 'exists' | 'cancelled'

/** One file on its way. Its encryption is fixed when it is queued. */
export interface Upload {
  readonly id: number
  readonly bucket: string
  readonly key: string
  readonly file: File
  readonly encryption: Chosen | undefined
  readonly state: UploadState
  readonly sentBytes: number
  readonly failure?: ApiFailure
}

export interface UploadsHandle {
  readonly uploads: readonly Upload[]
  /** Counts what has ended well: pages load again when it changes. */
  readonly finished: number
  readonly add: (
    bucket: string,
    files: readonly { readonly key: string; readonly file: File }[],
    encryption: Chosen | undefined,
  ) => void
  readonly cancel: (id: number) => void
  readonly again: (id: number, overwrite: boolean) => void
  readonly clear: () => void
}

/** Four requests at once: of the six connections to one origin, two stay for the page. */
const REQUESTS_AT_ONCE = 4
const FILES_AT_ONCE = 4
const Context = createContext<UploadsHandle | undefined>(undefined)

export function useUploads(): UploadsHandle {
  const handle = useContext(Context)
  if (handle === undefined) throw new Error('no uploads here')
  return handle
}

export function UploadsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const [finished, setFinished] = useState(0)
  const tools = useRef({
    slots: new Slots(REQUESTS_AT_ONCE),
    files: new Slots(FILES_AT_ONCE),
    stops: new Map<number, AbortController>(),
    last: 0,
  })
  const change = useCallback((id: number, to: Partial<Upload>) => {
    setUploads((before) => before.map((one) => (one.id === id ? { ...one, ...to } : one)))
  }, [])
  const start = useCallback(
    async (upload: Upload, overwrite: boolean) => {
      const { slots, files, stops } = tools.current
      const stop = new AbortController()
      stops.set(upload.id, stop)
      await files.take()
      try {
        stop.signal.throwIfAborted()
        change(upload.id, { state: 'running', sentBytes: 0 })
        const { bucket, key, file, encryption } = upload
        const onProgress = (sentBytes: number): void => change(upload.id, { sentBytes })
        await uploadFile({ bucket, key, file, encryption, overwrite, signal: stop.signal, onProgress }, slots)
        change(upload.id, { state: 'done', sentBytes: file.size })
        setFinished((count) => count + 1)
      } catch (thrown) {
        const failure = asFailure(thrown)
        if (stop.signal.aborted) change(upload.id, { state: 'cancelled' })
        else change(upload.id, { state: failure.status === 412 ? 'exists' : 'failed', failure })
      } finally {
        stops.delete(upload.id)
        files.give()
      }
    },
    [change],
  )
  const add = useCallback<UploadsHandle['add']>(
    (bucket, chosen, encryption) => {
      const added = chosen.map(({ key, file }): Upload => {
        tools.current.last += 1
        return { id: tools.current.last, bucket, key, file, encryption, state: 'waiting', sentBytes: 0 }
      })
      setUploads((before) => [...before, ...added])
      for (const upload of added) void start(upload, false)
    },
    [start],
  )
  const cancel = useCallback((id: number) => tools.current.stops.get(id)?.abort(), [])
  const again = useCallback<UploadsHandle['again']>(
    (id, overwrite) => {
      const upload = uploads.find((one) => one.id === id)
      if (upload !== undefined) void start(upload, overwrite)
    },
    [uploads, start],
  )
  const clear = useCallback(() => {
    setUploads((before) => before.filter(({ state }) => state === 'waiting' || state === 'running'))
  }, [])
  useStayWhileRunning(uploads.some(({ state }) => state === 'waiting' || state === 'running'))
  const handle = useMemo(
    () => ({ uploads, finished, add, cancel, again, clear }),
    [uploads, finished, add, cancel, again, clear],
  )
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
