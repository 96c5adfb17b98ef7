import { chmod, lstat, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { DirectoryRefused, openPrivateDirectory } from '../private-directory.ts'
import type { HandshakeSecret } from './remote-handshake.ts'
import type { WaveWriter } from './wave-writer.ts'
import { WriterConnection } from './writer-connection.ts'

/** Longer paths do not fit into a socket's address. */
const MAX_SOCKET_PATH_BYTES = 100
const MAX_CONNECTIONS = 1_024

export interface WriterServerOptions {
  readonly store: WaveWriter
  /** In a directory of its own, which becomes 0700; the socket itself is 0600. */
  readonly socketPath: string
  readonly secret: HandshakeSecret
  /** How long a connection may take to prove itself. */
  readonly handshakeMs?: number
}

/** What several connections of one client share. */
export interface ClientState {
  connection: WriterConnection | undefined
  /** Batches that the store has not answered yet, whichever connection brought them. */
  readonly unsettled: Set<Promise<unknown>>
}

export interface WriterServer {
  /** Takes no more, answers what was taken, and ends all connections. */
  close(): Promise<void>
}

/** Lets other processes of this host commit through `store`. Throws DirectoryRefused. */
export async function serveWriter(options: WriterServerOptions): Promise<WriterServer> {
  if (Buffer.byteLength(options.socketPath) > MAX_SOCKET_PATH_BYTES) {
    throw new DirectoryRefused(`${options.socketPath} is longer than ${MAX_SOCKET_PATH_BYTES} bytes`)
  }
  await openPrivateDirectory(dirname(options.socketPath))
  await removeStaleSocket(options.socketPath)
  const connections = new Set<WriterConnection>()
  const clients = new Map<string, ClientState>()
  const server = createServer((socket: Socket) => {
    const connection = new WriterConnection(socket, { ...options, clients, onFatal: () => endAll(server, connections) })
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  })
  server.maxConnections = MAX_CONNECTIONS
  await listening(server, options.socketPath)
  await chmod(options.socketPath, 0o600)
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await Promise.all([...connections].map((connection) => connection.drain()))
      await closed
    },
  }
}

function endAll(server: Server, connections: ReadonlySet<WriterConnection>): void {
  server.close()
  for (const connection of connections) connection.destroy()
}

async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  if (!found.isSocket()) throw new DirectoryRefused(`${path} is there and is not a socket`)
  await unlink(path)
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
