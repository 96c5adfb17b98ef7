import { StoreUnavailable, type MetadataReader, type MetadataStore } from '../storage/index.ts'

/** A store that can be looked at and not changed: for whoever has to see before anything is written. */
export function readOnlyStore(reader: MetadataReader): MetadataStore {
  return {
    inlineBytes: 0,
    getMany: (keys, signal) => reader.getMany(keys, signal),
    ...(reader.getNow === undefined ? {} : { getNow: (keys) => reader.getNow?.(keys) ?? [] }),
    scan: (range, signal) => reader.scan(range, signal),
    scanGroups: (range, signal) => reader.scanGroups(range, signal),
    sum: (counter) => reader.sum(counter),
    commit: () => Promise.reject(new StoreUnavailable('these metadata are open for reading only')),
    close: async () => undefined,
  }
}
