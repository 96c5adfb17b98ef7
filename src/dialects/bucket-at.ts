import type { HttpRequest } from '../http/index.ts'
import { StoreFailure, type BucketName } from '../operations/index.ts'
import type { DialectTranslator } from './dialect.ts'

interface Addressing {
  readonly addressOf: (
    host: HttpRequest['host'],
    rawPath: string,
  ) => { readonly kind: 'service' } | { readonly kind: string; readonly bucket: BucketName }
}

/** The bucket of an address that nobody signed; undefined for one that names none. */
export function bucketAtOf(addressing: Addressing): NonNullable<DialectTranslator['bucketAt']> {
  return ({ host, rawPath }) => {
    try {
      const address = addressing.addressOf(host, rawPath)
      return 'bucket' in address ? address.bucket : undefined
    } catch (error) {
      if (error instanceof StoreFailure) return undefined
      throw error
    }
  }
}
