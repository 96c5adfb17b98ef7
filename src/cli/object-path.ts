import { CommandFailure, EXIT } from './exit-codes.ts'

export interface ObjectPath {
  readonly bucket: string
  /** Empty when only a bucket is named. */
  readonly key: string
}

/** `photos/2026/a.jpg` or `s3://photos/2026/a.jpg`; the key is everything behind the first slash, as it is. */
export function parsePath(text: string): ObjectPath {
  const plain = text.startsWith('s3://') ? text.slice('s3://'.length) : text
  const slash = plain.indexOf('/')
  const [bucket, key] = slash < 0 ? [plain, ''] : [plain.slice(0, slash), plain.slice(slash + 1)]
  if (bucket === '') throw new CommandFailure(EXIT.usage, 'the name of a bucket is missing')
  return { bucket, key }
}

export function parseObjectPath(text: string): ObjectPath {
  const path = parsePath(text)
  if (path.key === '') throw new CommandFailure(EXIT.usage, 'the name of an object is missing: <bucket>/<key>')
  return path
}

export function parseBucketPath(text: string): string {
  const path = parsePath(text)
  if (path.key !== '') throw new CommandFailure(EXIT.usage, 'a bucket is wanted here, not an object')
  return path.bucket
}
