import { parseBucketName, type BucketName } from '../../operations/index.ts'
import type { ObsFace } from './face.ts'

const ARN = 'arn:aws:s3:::'

/** A bucket that reports or copies go to: its bare name, or Amazon's ARN from a client that fell back. */
export function destinationNamed(text: string): BucketName | undefined {
  return parseBucketName(text.startsWith(ARN) ? text.slice(ARN.length) : text)
}

export function shownDestination(face: ObsFace, bucket: string): string {
  return face === 'amz' ? `${ARN}${bucket}` : bucket
}
