import { createContext, useContext, useEffect, type ReactNode } from 'react'
import { onBack, onSealed } from '../api/reach.ts'
import { get } from '../api/request.ts'
import { useResource, type Resource } from '../api/resource.ts'
import type { System } from '../api/shapes.ts'

const SEALED_POLL_MS = 5_000
const Context = createContext<Resource<System> | undefined>(undefined)

/** Facts about the server, asked once; while it is sealed, again and again until it is not. */
export function SystemProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const system = useResource('system', (signal) => get<System>('/system', undefined, signal))
  const { reload } = system
  const sealed = system.value !== undefined && system.value.seal !== 'serving'
  useEffect(() => {
    // It may have been sealed since, or be another version: what was known is asked anew.
    const stops = [onSealed(reload), onBack(reload)]
    return () => stops.forEach((stop) => stop())
  }, [reload])
  useEffect(() => {
    if (!sealed) return
    const timer = setInterval(() => {
      if (!document.hidden) reload()
    }, SEALED_POLL_MS)
    return () => clearInterval(timer)
  }, [sealed, reload])
  return <Context value={system}>{children}</Context>
}

export function useSystem(): Resource<System> {
  const system = useContext(Context)
  if (system === undefined) throw new Error('no system here')
  return system
}
