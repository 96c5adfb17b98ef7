import { isLoopback, type HttpRequest, type HttpResponse } from '../http/index.ts'

/** Whether this server answers, and why not. */
export type ServiceState = 'serving' | 'sealed' | 'starting' | 'stopping'

export interface ServiceEndpoints {
  readonly state: () => ServiceState
  /** Prometheus text. Holds no bucket, key or access key names. */
  readonly metrics: () => Promise<string>
}

const TEXT = ['content-type', 'text/plain; charset=utf-8'] as const

function text(status: number, words: string): HttpResponse {
  return { status, headers: [TEXT, ['cache-control', 'no-store']], body: Buffer.from(`${words}\n`, 'utf8') }
}

/** `/-/live`, `/-/ready` and `/-/metrics`. Metrics answer loopback peers only. */
export async function serveServiceEndpoint(endpoints: ServiceEndpoints, request: HttpRequest): Promise<HttpResponse> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'method not allowed')
  switch (request.rawPath) {
    case '/-/live':
      return text(200, 'live')
    case '/-/ready': {
      const state = endpoints.state()
      return state === 'serving' ? text(200, 'ready') : text(503, state)
    }
    case '/-/metrics':
      if (!isLoopback(request.remoteAddress)) return text(403, 'metrics are for this machine')
      return {
        status: 200,
        headers: [['content-type', 'text/plain; version=0.0.4; charset=utf-8']],
        body: Buffer.from(await endpoints.metrics(), 'utf8'),
      }
    default:
      return text(404, 'not found')
  }
}
