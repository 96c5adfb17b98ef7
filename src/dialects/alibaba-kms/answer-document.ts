import { lowerCaseAscii, parseQuery, type HttpRequest, type HttpResponse } from '../../http/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { element, parent, xmlDocument } from '../xml-writer.ts'

export type Format = 'json' | 'xml'

/**
 * What the client wants its answer in: RPC says `Format`, and without it the vendor answers XML; the newer signature says
 * `Accept`, and without it gets JSON.
 */
export function formatOf(request: Pick<HttpRequest, 'headers' | 'rawQuery'> | undefined): Format {
  if (request === undefined) return 'json'
  const parsed = parseQuery(request.rawQuery, { plusIsSpace: true })
  const parameters = parsed.kind === 'parameters' ? parsed.parameters : []
  const told = parameters.find(({ name }) => name === 'Format')?.value
  if (told !== undefined) return formatNamed(told)
  if (parameters.some(({ name }) => name === 'SignatureNonce')) return 'xml'
  return request.headers.get('accept')?.includes('xml') === true ? 'xml' : 'json'
}

/** In any letter case; what is neither is XML, as if nothing had been said. */
export function formatNamed(word: string): Format {
  return lowerCaseAscii(word) === 'json' ? 'json' : 'xml'
}

/** One object, as JSON or as an element of that name. */
export function encodeDocument(
  status: number,
  name: string,
  members: object,
  format: Format,
  { requestId }: Pick<AnswerContext, 'requestId'>,
): HttpResponse {
  const json = format === 'json'
  return {
    status,
    headers: [
      ['content-type', json ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8'],
      ['x-acs-request-id', requestId],
      ['cache-control', 'no-store'],
    ],
    body: json ? Buffer.from(JSON.stringify(members), 'utf8') : xmlDocument(name, undefined, ...elements(members)),
  }
}

/** Lists repeat their element; what is undefined is left out, as in JSON. */
function elements(members: object): readonly string[] {
  return Object.entries(members).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown) => elementOf(name, one)),
  )
}

function elementOf(name: string, value: unknown): string {
  if (typeof value === 'object' && value !== null) return parent(name, ...elements(value))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? element(name, value)
    : ''
}
