import { PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { BucketBench } from './bucket-bench.ts'

/** How many requests of a test are on their way at once. */
const AT_ONCE = 16

/** Puts an object under each of these names; the body is the name. */
export async function putNames(bench: BucketBench, Bucket: string, names: readonly string[]): Promise<void> {
  const queue = [...names]
  const work = async (): Promise<void> => {
    for (let Key = queue.shift(); Key !== undefined; Key = queue.shift()) {
      await bench.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

export async function enableVersions(bench: BucketBench, Bucket: string): Promise<void> {
  await bench.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
}

/** In the order of their UTF-8 bytes, as every listing is. */
export function inByteOrder(names: readonly string[]): readonly string[] {
  return [...names].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}

/** Names that sort differently as bytes, as UTF-16, as paths and after escaping. */
export const DIFFICULT_NAMES: readonly string[] = [
  ...[
    'a',
    'a/',
    'a//b',
    'a/../b',
    './x',
    '../x',
    '/',
    '//',
    ' ',
    ' lead',
    'trail ',
    'a+b',
    'a%2Fb',
    'a b',
    'A',
    'é',
    'e\u0301',
  ],
  ...[
    '\u{1F600}',
    '\uFFFD',
    '日本',
    'a&b<c>"d\'e',
    'ümlaut/x',
    '~',
    '*',
    '!',
    'a?b',
    'a#b',
    'a=b;c',
    'a\\b',
    'x'.repeat(1_024),
  ],
]
