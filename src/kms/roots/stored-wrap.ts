import { readProviderWrap } from './provider-wrap.ts'
import { readRootWrap } from './root-wrap.ts'

/** What the wrap of a cluster key says of itself, whichever format it has; undefined for what is no such wrap. */
export function readStoredWrap(
  wrapped: Uint8Array,
): { readonly rootId: string; readonly clusterVersion: number } | undefined {
  return readRootWrap(wrapped) ?? readProviderWrap(wrapped)
}
