import { asFailure } from '../api/failure.ts'
import { call, path } from '../api/request.ts'
import { useResource, type Resource } from '../api/resource.ts'

/** A setting as the server has it now; without a value it was never put. */
export interface Held<Value> {
  readonly value: Value | undefined
  readonly revision: string | undefined
}

export function useSetting<Value extends object>(bucket: string, setting: string): Resource<Held<Value>> {
  const route = path('buckets', bucket, setting)
  return useResource(route, async (signal): Promise<Held<Value>> => {
    try {
      const value = await call<Value & { readonly revision?: string }>('GET', route, { signal })
      return { value, revision: value.revision }
    } catch (thrown) {
      if (!signal.aborted && asFailure(thrown).status === 404) return { value: undefined, revision: undefined }
      throw thrown
    }
  })
}

/** Only over what was seen: 412 when somebody else changed it meanwhile. */
export async function putSetting(
  bucket: string,
  setting: string,
  body: object,
  revision: string | undefined,
): Promise<void> {
  await call('PUT', path('buckets', bucket, setting), { body, ...over(revision) })
}

export async function removeSetting(bucket: string, setting: string, revision: string | undefined): Promise<void> {
  await call('DELETE', path('buckets', bucket, setting), over(revision))
}

function over(revision: string | undefined) {
  return revision === undefined ? { ifNoneMatch: '*' } : { ifMatch: `"${revision}"` }
}
