import type { BucketName } from './names.ts'

/**
 * Which version of a vendor's interface is spoken here: asked by OBS's clients before they choose a signature, so nobody is
 * known. Tells no more than whether the bucket exists.
 */
export interface ProbeOperation {
  readonly kind: 'probe-storage'
  readonly bucket?: BucketName
}

export interface ProbeResults {
  'probe-storage': undefined
}
