import { isHeaderField } from '../../../http/index.ts'
import type { CorsConfiguration, CorsRule } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument } from '../target.ts'
import type { CorsJson } from './settings-wire.ts'

/** As S3's document has them (`dialects/cors-document.ts`). */
const MAX_RULES = 100
const MAX_TEXTS = 100
const MAX_TEXT_CHARS = 255
const MAX_AGE_SECONDS = 999_999_999
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'] as const

export function corsOf(body: Fields): CorsConfiguration {
  const rules = body.objects('rules', MAX_RULES)
  if (rules.length === 0) badArgument('rules', 'needs a rule')
  return { rules: rules.map(ruleOf), ...present({ alwaysVary: body.optionalFlag('alwaysVary') }) }
}

function ruleOf(rule: Fields): CorsRule {
  const read = {
    ...present({ id: rule.optionalText('id', MAX_TEXT_CHARS) }),
    allowedOrigins: textsOf(rule, 'allowedOrigins').map((text) => oneStar('allowedOrigins', text)),
    allowedMethods: rule.optionalWords('allowedMethods', METHODS) ?? [],
    allowedHeaders: textsOf(rule, 'allowedHeaders').map((text) => oneStar('allowedHeaders', text)),
    exposeHeaders: textsOf(rule, 'exposeHeaders'),
    ...present({ maxAgeSeconds: rule.optionalNumber('maxAgeSeconds', 0, MAX_AGE_SECONDS) }),
  }
  rule.end()
  if (read.allowedOrigins.length === 0) badArgument('allowedOrigins', 'is missing')
  if (read.allowedMethods.length === 0) badArgument('allowedMethods', 'is missing')
  if (read.exposeHeaders.some((name) => name.includes('*'))) badArgument('exposeHeaders', 'has no wildcards')
  return read
}

/** Values that go into headers of answers: what could not be sent is refused when it is put (T-147). */
function textsOf(rule: Fields, name: string): readonly string[] {
  const texts = rule.optionalTexts(name, MAX_TEXTS) ?? []
  for (const text of texts) {
    if (text.length > MAX_TEXT_CHARS) badArgument(name, `a text has at most ${MAX_TEXT_CHARS} characters`)
    if (!/^[!-~]+$/.test(text) || !isHeaderField('origin', text)) badArgument(name, 'cannot be a header')
  }
  return texts
}

function oneStar(name: string, text: string): string {
  return text.indexOf('*') === text.lastIndexOf('*') ? text : badArgument(name, 'has at most one wildcard in a text')
}

export function corsJson({ rules, alwaysVary }: CorsConfiguration): CorsJson {
  return {
    rules: rules.map(({ id, allowedOrigins, allowedMethods, allowedHeaders, exposeHeaders, maxAgeSeconds }) => ({
      ...present({ id, maxAgeSeconds }),
      ...{ allowedOrigins, allowedHeaders, exposeHeaders },
      // What was put in another dialect has passed its reader, which knows no other methods.
      allowedMethods: METHODS.filter((method) => allowedMethods.includes(method)),
    })),
    ...present({ alwaysVary }),
  }
}
