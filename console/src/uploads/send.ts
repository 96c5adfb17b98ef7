import { ApiFailure } from '../api/failure.ts'
import { addressOf, errorOf, pageHeaders, sessionIsOver, type Query } from '../api/request.ts'

export interface Sending {
  readonly route: string
  readonly query?: Query
  readonly body: Blob
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onSent: (bytes: number) => void
}

/** One request with bytes. `XMLHttpRequest`, because `fetch` tells nothing about what has been sent. */
export async function send(sending: Sending): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', addressOf(sending.route, sending.query))
    for (const [name, value] of Object.entries({ ...pageHeaders(), ...sending.headers })) {
      request.setRequestHeader(name, value)
    }
    request.upload.onprogress = (event) => sending.onSent(event.loaded)
    const stop = (): void => request.abort()
    sending.signal.addEventListener('abort', stop)
    request.onloadend = () => {
      sending.signal.removeEventListener('abort', stop)
      if (sending.signal.aborted) {
        reject(new DOMException('stopped', 'AbortError'))
        return
      }
      const value = parsed(request.responseText)
      if (request.status >= 200 && request.status < 300) {
        resolve(value)
        return
      }
      if (request.status === 401) sessionIsOver()
      reject(new ApiFailure(request.status, errorOf(value)))
    }
    request.send(sending.body)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
