import { post } from '../api/request.ts'
import { useResource } from '../api/resource.ts'
import type { Authorized } from '../api/shapes.ts'

/**
 * Whether the caller may, asked before anything is pressed; `undefined` while it is asked, and where it cannot be. The
 * server decides again on the act.
 */
export function useRight(action: string, resource: string): boolean | undefined {
  const answer = useResource(`right ${action} ${resource}`, async () =>
    post<Authorized>('/authorize', { checks: [{ action, resource }] }),
  )
  return answer.value?.items[0]?.allowed
}
