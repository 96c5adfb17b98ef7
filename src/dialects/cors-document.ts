import { isHeaderField } from '../http/index.ts'
import { refuse, type CorsConfiguration, type CorsRule } from '../operations/index.ts'
import { element, parent } from './xml-writer.ts'
import { atMostOne, every, expectOnly, settingOf, type XmlElement } from './xml.ts'

/*
 * `CORSConfiguration`, which four vendors write alike: S3 PutBucketCors, OSS PutBucketCors, OBS and COS "Setting CORS".
 */

const MAX_RULES = 100
/** Of one rule's lists, and of each of their texts. */
const MAX_TEXTS = 100
const MAX_TEXT_CHARACTERS = 255
const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD'])
const MAX_AGE_DIGITS = 9
const RULE_ELEMENTS = ['ID', 'AllowedOrigin', 'AllowedMethod', 'AllowedHeader', 'ExposeHeader', 'MaxAgeSeconds']

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

function invalid(detail: string): never {
  return refuse({ kind: 'invalid-request', detail })
}

/** Reads the document's root. `withVary`: `ResponseVary` is known (OSS, COS). */
export function readCors(root: XmlElement, { withVary = false } = {}): CorsConfiguration {
  expectOnly(root, withVary ? ['CORSRule', 'ResponseVary'] : ['CORSRule'])
  const rules = every(root, 'CORSRule')
  if (rules.length === 0) malformed('a CORS configuration needs a rule')
  if (rules.length > MAX_RULES) malformed(`a CORS configuration has at most ${MAX_RULES} rules`)
  const vary = atMostOne(root, 'ResponseVary')
  const read = { rules: rules.map(readRule) }
  return vary === undefined ? read : { ...read, alwaysVary: isTrue(vary) }
}

function isTrue(flag: XmlElement): boolean {
  const text = settingOf(flag)
  if (text === 'true') return true
  return text === 'false' ? false : malformed(`${flag.name} is true or false`)
}

function readRule(rule: XmlElement): CorsRule {
  expectOnly(rule, RULE_ELEMENTS)
  const id = atMostOne(rule, 'ID')
  const age = atMostOne(rule, 'MaxAgeSeconds')
  const read = {
    allowedOrigins: texts(rule, 'AllowedOrigin').map(oneStar),
    allowedMethods: texts(rule, 'AllowedMethod'),
    allowedHeaders: texts(rule, 'AllowedHeader').map(oneStar),
    exposeHeaders: texts(rule, 'ExposeHeader'),
  }
  if (read.allowedOrigins.length === 0) malformed('a CORS rule needs AllowedOrigin')
  if (read.allowedMethods.length === 0) malformed('a CORS rule needs AllowedMethod')
  const other = read.allowedMethods.find((method) => !METHODS.has(method))
  if (other !== undefined) invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${other}`)
  if (read.exposeHeaders.some((name) => name.includes('*'))) {
    invalid('ExposeHeader can not contain wildcards. We currently do not support wildcard for ExposeHeader.')
  }
  return {
    ...read,
    ...(id === undefined ? {} : { id: limited(settingOf(id)) }),
    ...(age === undefined ? {} : { maxAgeSeconds: seconds(settingOf(age)) }),
  }
}

/** Values that go into headers of answers: what could not be sent is refused when it is put (T-147). */
function texts(rule: XmlElement, name: string): readonly string[] {
  const found = every(rule, name).map((one) => limited(settingOf(one)))
  if (found.length > MAX_TEXTS) malformed(`a CORS rule has at most ${MAX_TEXTS} of ${name}`)
  for (const text of found) {
    if (text === '' || !/^[!-~]+$/.test(text) || !isHeaderField('origin', text)) invalid(`${name} cannot be a header.`)
  }
  return found
}

function limited(text: string): string {
  return text.length > MAX_TEXT_CHARACTERS ? malformed('a text of the CORS configuration is too long') : text
}

function oneStar(text: string): string {
  if (text.indexOf('*') === text.lastIndexOf('*')) return text
  return invalid(`"${text}" can not have more than one wildcard.`)
}

function seconds(text: string): number {
  if (!/^[0-9]+$/.test(text) || text.length > MAX_AGE_DIGITS) malformed('MaxAgeSeconds is a number of seconds')
  return Number(text)
}

/** What the root holds. */
export function writeCors({ rules, alwaysVary }: CorsConfiguration): readonly string[] {
  return [...rules.map(writeRule), element('ResponseVary', alwaysVary)]
}

function writeRule(rule: CorsRule): string {
  const all = (name: string, values: readonly string[]): string => values.map((value) => element(name, value)).join('')
  return parent(
    'CORSRule',
    element('ID', rule.id),
    all('AllowedHeader', rule.allowedHeaders),
    all('AllowedMethod', rule.allowedMethods),
    all('AllowedOrigin', rule.allowedOrigins),
    all('ExposeHeader', rule.exposeHeaders),
    element('MaxAgeSeconds', rule.maxAgeSeconds),
  )
}
