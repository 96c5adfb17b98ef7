import { mkdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { join } from 'node:path'
import { GroupSync } from './group-sync.ts'
import { bodyOf } from './load-plan.ts'

export interface HttpFloorOptions {
  readonly directory: string
  /** Certificate and key in one file; undefined: without TLS. */
  readonly tlsFile: string | undefined
}

export interface HttpFloor {
  readonly port: number
  /** From now on each answer to GET, HEAD and POST has so many bytes. */
  answerWith(sizeBytes: number): void
  close(): Promise<void>
}

/**
 * The bare floor: `node:http` with the headers of an object store. Reads and drops, or sends as many bytes. Writes and
 * deletions, but not questions by POST, are answered after a sync that they share with all who wait at that moment. No signature, no hash, no
 * encryption, no store.
 */
export async function startHttpFloor(options: HttpFloorOptions): Promise<HttpFloor> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  const sync = new GroupSync(join(options.directory, 'synced'))
  let answer: Buffer = Buffer.alloc(0)
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { method } = request
    if (method === 'GET' || method === 'HEAD') {
      request.resume()
      sendHead(response, 200, answer.length)
      response.end(method === 'HEAD' ? undefined : answer)
      return
    }
    request.on('error', () => response.destroy())
    if (method === 'POST') {
      request.on('end', () => {
        sendHead(response, 200, answer.length)
        response.end(answer)
      })
      request.resume()
      return
    }
    request.on('end', () => {
      sync.join(() => {
        sendHead(response, method === 'DELETE' ? 204 : 200, 0)
        response.end()
      })
    })
    request.resume()
  }
  const pem = options.tlsFile === undefined ? undefined : readFileSync(options.tlsFile)
  const server = pem === undefined ? createServer(handle) : createTlsServer({ cert: pem, key: pem }, handle)
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return {
    port,
    answerWith: (sizeBytes) => {
      answer = bodyOf(sizeBytes).body
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      sync.close()
    },
  }
}

function sendHead(response: ServerResponse, status: number, length: number): void {
  response.writeHead(status, {
    ...(status === 204 ? {} : { 'content-length': length }),
    etag: '"00000000000000000000000000000000"',
    'last-modified': 'Fri, 20 Nov 2026 00:00:00 GMT',
    'x-amz-server-side-encryption': 'AES256',
    'x-amz-request-id': '0000000000000000',
  })
}
