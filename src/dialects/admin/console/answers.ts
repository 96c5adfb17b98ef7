import type { HttpResponse } from '../../../http/index.ts'

/** On every answer of the console's listener, files included (docs/console.md, "Headers"). */
export const CONSOLE_HEADERS: readonly (readonly [string, string])[] = [
  [
    'content-security-policy',
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
  ],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=(), clipboard-read=()'],
]

/** A header that the answer has already stays as it is: bytes of objects carry a stricter policy. */
export function withConsoleHeaders(response: HttpResponse): HttpResponse {
  const own = new Set(response.headers.map(([name]) => name.toLowerCase()))
  return { ...response, headers: [...response.headers, ...CONSOLE_HEADERS.filter(([name]) => !own.has(name))] }
}

export function consoleJson(
  status: number,
  value: object,
  requestId: string,
  extra: readonly (readonly [string, string])[] = [],
): HttpResponse {
  return {
    status,
    headers: [
      ['content-type', 'application/json; charset=utf-8'],
      ['cache-control', 'no-store'],
      ['x-coffer-request-id', requestId],
      ...extra,
    ],
    body: Buffer.from(`${JSON.stringify(value)}\n`, 'utf8'),
  }
}
