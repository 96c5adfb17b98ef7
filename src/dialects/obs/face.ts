/**
 * The two spellings of OBS. A client that signs as OBS writes `x-obs-` headers and OBS's words; the same client that fell
 * back to Amazon's signature writes `x-amz-` headers and some of Amazon's words, and reads its answers so. Inside this
 * dialect there is one spelling, OBS's: headers are translated on their way in and out, here and nowhere else.
 */
import { headersOfLists, type HttpHeaders, type HttpRequest, type HttpResponse } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'

export type ObsFace = 'obs' | 'amz'

const OBS = 'x-obs-'
const AMZ = 'x-amz-'
const SSE = 'server-side-encryption'

/** Headers that differ in more than their beginning; Amazon's name first. */
const DIFFERENT: readonly (readonly [amz: string, obs: string])[] = [
  [`${AMZ}${SSE}-aws-kms-key-id`, `${OBS}${SSE}-kms-key-id`],
  ['x-default-storage-class', `${OBS}storage-class`],
  [`${AMZ}bucket-region`, `${OBS}bucket-location`],
]
const INWARD: ReadonlyMap<string, string> = new Map(DIFFERENT)
const OUTWARD: ReadonlyMap<string, string> = new Map([
  [`${OBS}${SSE}-kms-key-id`, `${AMZ}${SSE}-aws-kms-key-id`],
  [`${OBS}bucket-location`, `${AMZ}bucket-region`],
])

const CLASSES: readonly (readonly [amz: string, obs: string])[] = [
  ['STANDARD_IA', 'WARM'],
  ['GLACIER', 'COLD'],
]
const CLASS_INWARD: ReadonlyMap<string, string> = new Map(CLASSES)
const CLASS_OUTWARD: ReadonlyMap<string, string> = new Map(CLASSES.map(([amz, obs]) => [obs, amz]))

/** Which spelling a request wants its answer in. Decides nothing else. */
export function faceOf({ headers, rawQuery }: Pick<HttpRequest, 'headers' | 'rawQuery'>): ObsFace {
  const authorization = headers.get('authorization')
  if (authorization !== undefined) return /^AWS/.test(authorization) ? 'amz' : 'obs'
  return /(?:^|&)(?:AWSAccessKeyId|X-Amz-)/i.test(rawQuery) ? 'amz' : 'obs'
}

/** The headers in OBS's own spelling. */
export function inward(face: ObsFace, headers: HttpHeaders): HttpHeaders {
  if (face === 'obs') return headers
  const names: string[] = []
  const values: string[] = []
  for (const [name, value] of headers.entries()) {
    const shown = INWARD.get(name) ?? (name.startsWith(AMZ) ? `${OBS}${name.slice(AMZ.length)}` : name)
    if (names.includes(shown)) refuse({ kind: 'invalid-request', detail: `${name} came in two spellings.` })
    names.push(shown)
    values.push(wordInward(shown, value))
  }
  return headersOfLists(names, values)
}

function wordInward(name: string, value: string): string {
  // The vendor's clients put `aws:` before every method, before AES256 too.
  if (name === `${OBS}${SSE}`) return value.replace(/^aws:/, '')
  return name === `${OBS}storage-class` ? classInward(value) : value
}

export function outward(face: ObsFace, response: HttpResponse): HttpResponse {
  if (face === 'obs') return response
  const headers = response.headers.map(([name, value]) => {
    if (!name.startsWith(OBS)) return [name, value] as const
    const shown = OUTWARD.get(name) ?? `${AMZ}${name.slice(OBS.length)}`
    if (name === `${OBS}${SSE}`) return [shown, value === 'kms' ? 'aws:kms' : value] as const
    return [shown, name === `${OBS}storage-class` ? classOutward(face, value) : value] as const
  })
  return { ...response, headers }
}

function classInward(value: string): string {
  return CLASS_INWARD.get(value) ?? value
}

/** A class of OBS as this face has it. */
export function classOutward(face: ObsFace, value: string): string {
  return face === 'amz' ? (CLASS_OUTWARD.get(value) ?? value) : value
}

/** A class in a document of this face, in OBS's words. */
export function classRead(face: ObsFace, value: string): string {
  return face === 'amz' ? classInward(value) : value
}
