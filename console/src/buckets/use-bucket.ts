import { get, path } from '../api/request.ts'
import { useResource, type Resource } from '../api/resource.ts'
import type { BucketEncryption, BucketRow } from '../api/shapes.ts'

export function useBucket(bucket: string): Resource<BucketRow> {
  return useResource(`bucket ${bucket}`, (signal) => get<BucketRow>(path('buckets', bucket), undefined, signal))
}

/** As the server's own GET says it: read again after each change, never assumed from it. */
export function useBucketEncryption(bucket: string): Resource<BucketEncryption> {
  return useResource(`encryption of ${bucket}`, (signal) =>
    get<BucketEncryption>(path('buckets', bucket, 'encryption'), undefined, signal),
  )
}
