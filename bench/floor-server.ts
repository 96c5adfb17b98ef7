import { mkdirSync } from 'node:fs'
import { open as openFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { bodyOf } from './load-plan.ts'

/**
 * What the floor does with a request.
 * `bare`: reads and drops, or sends as many bytes. `durable`: keeps what it reads as a store must, one LMDB commit or
 * one synced file for each request, and nothing else: no signature, no hash, no encryption, no listing.
 */
export type FloorKind = 'bare' | 'durable'

export interface FloorSetting {
  readonly kind: FloorKind
  /** Bytes of each answer to GET. */
  readonly answerBytes: number
}

/** Larger bodies go to files. */
const LMDB_BODY_BYTES = 16_384

export interface Floor {
  readonly port: number
  readonly use: (setting: FloorSetting) => void
  close(): Promise<void>
}

/** A bare `node:http` server with the headers of an object store. Keeps its data below `directory`. */
export async function startFloor(directory: string): Promise<Floor> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const database = open<Buffer, string>({
    path: join(directory, 'lmdb'),
    noSubdir: false,
    overlappingSync: false,
    encoding: 'binary',
    cache: false,
    pageSize: 8_192,
    mapSize: 64 * 1024 ** 3,
  })
  let kind: FloorKind = 'bare'
  let answer: Buffer = Buffer.alloc(0)
  let files = 0
  const server = createServer((request, response) => {
    if (request.method !== 'PUT') {
      request.resume()
      sendHeaders(response, answer.length)
      response.end(request.method === 'HEAD' ? undefined : answer)
      return
    }
    const read = kind === 'bare' ? dropBody(request) : keepBody(request, database, join(directory, `blob-${files++}`))
    read.then(
      () => {
        sendHeaders(response, 0)
        response.end()
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    )
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return {
    port,
    use: (setting) => {
      kind = setting.kind
      answer = bodyOf(setting.answerBytes)
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await database.close()
    },
  }
}

function sendHeaders(response: ServerResponse, length: number): void {
  response.writeHead(200, {
    'content-length': length,
    etag: '"00000000000000000000000000000000"',
    'last-modified': 'Fri, 20 Nov 2026 00:00:00 GMT',
    'x-amz-server-side-encryption': 'AES256',
    'x-amz-request-id': '0000000000000000',
  })
}

async function dropBody(request: IncomingMessage): Promise<void> {
  await new Promise((resolve, reject) => {
    request.on('error', reject).on('end', resolve).resume()
  })
}

async function keepBody(request: IncomingMessage, database: RootDatabase<Buffer, string>, path: string): Promise<void> {
  if (Number(request.headers['content-length']) <= LMDB_BODY_BYTES) {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(asBuffer(piece))
    await database.put(request.url ?? '', Buffer.concat(pieces))
    return
  }
  const file = await openFile(path, 'wx', 0o600)
  try {
    for await (const piece of request) await file.write(asBuffer(piece))
    await file.datasync()
  } finally {
    await file.close()
    await rm(path)
  }
}

function asBuffer(piece: unknown): Buffer {
  if (!Buffer.isBuffer(piece)) throw new TypeError('a request comes in buffers')
  return piece
}
