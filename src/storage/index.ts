/**
 * Storage: rows and blobs. It knows nothing of buckets, keys or people; it sees bytes.
 *
 * Promises: what was acknowledged is durable; a commit happens whole or not at all; reads see every
 * acknowledged commit, by whatever process.
 * Imports no other room.
 */
export { openFilesystemBlobs, type FilesystemBlobsOptions } from './blobs/filesystem.ts'
export { createMemoryBlobs } from './blobs/memory.ts'
export { faultPoint, setFaultHook, STORAGE_FAULT_POINTS, type FaultHook } from './fault-points.ts'
export { openLastingLmdb, type LastingLmdbOptions } from './metadata/lasting-lmdb.ts'
export { openLmdbReader, type LocalReader } from './metadata/lmdb-reader.ts'
export { openLmdbMetadata, type LmdbMetadata, type LmdbWriterOptions } from './metadata/lmdb.ts'
export type { LmdbOptions } from './metadata/lmdb-environment.ts'
export { openPostgresMetadata, type PostgresOptions } from './metadata/postgres.ts'
export type { HandshakeSecret } from './metadata/remote-handshake.ts'
export type { BatchOrigin, WaveWriter } from './metadata/wave-writer.ts'
export { connectWriter, type WriterClientOptions } from './metadata/writer-client.ts'
export { serveWriter, type WriterServer, type WriterServerOptions } from './metadata/writer-server.ts'
export { createMemoryMetadata } from './metadata/memory.ts'
export { DirectoryRefused } from './private-directory.ts'
export {
  joinFragments,
  keyName,
  MAX_BATCH_BYTES,
  MAX_BATCH_ITEMS,
  MAX_BOUND_BYTES,
  MAX_KEY_BYTES,
  MAX_READ_ROWS,
  MAX_VALUE_BYTES,
  OutcomeUnknown,
  readRows,
  StoreUnavailable,
  type Check,
  type Committed,
  type Fragment,
  type GroupEntry,
  type GroupRange,
  type Key,
  type MetadataReader,
  type MetadataStore,
  type Revision,
  type Row,
  type ScanRange,
  type Write,
} from './metadata/metadata-store.ts'
export {
  BlobDamaged,
  BlobMissing,
  BlobUnavailable,
  type BlobId,
  type BlobStore,
  type BlobWriter,
} from './blobs/blob-store.ts'
