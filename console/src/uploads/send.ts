import { ApiFailure } from '../api/failure.ts'
import { addressOf, call, errorOf, pageHeaders, sessionIsOver } from '../api/request.ts'
import type { Sending, UploadWire } from './upload-wire.ts'

/** The browser's own network and time. */
export const BROWSER_WIRE: UploadWire = {
  send,
  call: async (method, route, options) => call(method, route, options),
  wait: async (ms, signal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
  chance: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
}

/** One request with bytes. `XMLHttpRequest`, because `fetch` tells nothing about what has been sent. */
async function send(sending: Sending): Promise<unknown> {
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
