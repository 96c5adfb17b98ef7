import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'

/** A request as a client sent it: what it computed by itself is in its headers. */
export interface SeenRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
}

/** Stands between a client and a server, changes nothing, and remembers the head of every request. */
export interface RecordingProxy {
  readonly endpoint: string
  readonly seen: SeenRequest[]
  close(): Promise<void>
}

export async function recordingProxy(server: { readonly endpoint: string }): Promise<RecordingProxy> {
  const seen: SeenRequest[] = []
  const proxy = createServer((incoming, answer) => {
    seen.push({ method: incoming.method ?? '', target: incoming.url ?? '', headers: incoming.headers })
    forward(server.endpoint, incoming, answer)
  })
  // A client that waits for leave to send its body gets the server's.
  proxy.on('checkContinue', (incoming: IncomingMessage, answer: ServerResponse) => {
    answer.writeContinue()
    proxy.emit('request', incoming, answer)
  })
  const port = await new Promise<number>((resolve, reject) => {
    proxy.once('error', reject)
    proxy.listen(0, '127.0.0.1', () => {
      const address = proxy.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve())
        proxy.closeAllConnections()
      }),
  }
}

function forward(endpoint: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { hostname, port } = new URL(endpoint)
  const onward = request({
    hostname,
    port,
    method: incoming.method,
    path: incoming.url,
    headers: incoming.rawHeaders,
    setHost: false,
  })
  onward.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 500, response.rawHeaders)
    response.pipe(answer)
    response.on('error', () => answer.destroy())
  })
  onward.on('error', () => answer.destroy())
  incoming.pipe(onward)
}
