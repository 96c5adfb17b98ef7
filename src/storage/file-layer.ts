import { chmod, lstat, mkdir, open, readdir, stat, statfs, unlink } from 'node:fs/promises'

/** What blobs ask of one open file; Node's `FileHandle` is one. */
export interface LayerFile {
  readonly fd: number
  writev(pieces: readonly Uint8Array[], position: number): Promise<{ readonly bytesWritten: number }>
  read(into: Buffer, at: number, length: number, position: number): Promise<{ readonly bytesRead: number }>
  stat(): Promise<FileFacts>
  /** Bytes and size of the file are durable when it resolves. */
  datasync(): Promise<void>
  /** As `datasync`; of a directory: its names are durable when it resolves. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface FileFacts {
  readonly ino: number
  readonly dev: number
  readonly uid: number
  readonly mode: number
  readonly size: number
  readonly mtimeMs: number
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}

/**
 * What blobs ask of a file system: the functions of `node:fs/promises` by their own names. Tests put another in its
 * place, which fails, or forgets what was not synced.
 */
export interface FileLayer {
  open(path: string, flags: number, mode?: number): Promise<LayerFile>
  /** Resolves with the first directory that was made. */
  mkdir(path: string, options: { readonly recursive?: boolean; readonly mode: number }): Promise<string | undefined>
  readdir(path: string): Promise<readonly string[]>
  lstat(path: string): Promise<FileFacts>
  stat(path: string): Promise<FileFacts>
  chmod(path: string, mode: number): Promise<void>
  unlink(path: string): Promise<void>
  statfs(path: string): Promise<{ readonly bavail: number; readonly blocks: number; readonly bsize: number }>
}

export const NODE_FILES: FileLayer = { open, mkdir, readdir, lstat, stat, chmod, unlink, statfs }
