import { useEffect } from 'react'
import { get } from '../api/request.ts'
import { useResource, type Resource } from '../api/resource.ts'
import type { KeyPage } from '../api/shapes.ts'

const KEYS_LISTED = 1_000

/** The keys of a region that could encrypt; asked anew when the person comes back from another tab. */
export function useKeys(region: string | undefined): Resource<KeyPage> {
  const keys = useResource(region === undefined ? undefined : `keys ${region}`, (signal) =>
    get<KeyPage>('/keys', { region, limit: KEYS_LISTED }, signal),
  )
  const { reload } = keys
  useEffect(() => {
    addEventListener('focus', reload)
    return () => removeEventListener('focus', reload)
  }, [reload])
  return keys
}
