import { isHeaderField } from '../../../http/index.ts'
import type { WebsiteConfiguration, WebsiteRedirect, WebsiteRule } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument } from '../target.ts'
import type { ShownWebsiteJson } from './settings-wire.ts'

/** As S3's document has them (`dialects/website-document.ts`). */
const MAX_RULES = 50
const MAX_TEXT_CHARS = 1_024
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?$/
const PROTOCOLS = ['http', 'https'] as const

export function websiteOf(body: Fields): WebsiteConfiguration {
  const all = body.optionalObject('redirectAll')
  const index = body.optionalObject('index')
  const error = body.optionalObject('error')
  const rules = body.optionalObjects('rules', MAX_RULES) ?? []
  if (all !== undefined) {
    if (index !== undefined || error !== undefined || rules.length > 0) badArgument('redirectAll', 'stands alone')
    return { redirectAll: redirectAllOf(all), rules: [] }
  }
  if (index === undefined) return badArgument('index', 'is missing')
  return {
    index: indexOf(index),
    ...(error === undefined ? {} : { error: errorOf(error) }),
    rules: rules.map(ruleOf),
  }
}

function redirectAllOf(body: Fields): NonNullable<WebsiteConfiguration['redirectAll']> {
  const made = present({ hostName: hostOf(body), protocol: body.optionalWord('protocol', PROTOCOLS) })
  body.end()
  // Without a host it is another protocol for this one, as COS has it.
  if (made.hostName === undefined && made.protocol === undefined) badArgument('redirectAll', 'leads nowhere')
  return made
}

function indexOf(body: Fields): NonNullable<WebsiteConfiguration['index']> {
  const suffix = limited(body, 'suffix') ?? badArgument('index.suffix', 'is missing')
  if (suffix === '' || suffix.includes('/')) badArgument('index.suffix', 'is a name without slashes')
  const index = { suffix, ...present({ subDirectories: body.optionalFlag('subDirectories') }) }
  body.end()
  return index
}

function errorOf(body: Fields): NonNullable<WebsiteConfiguration['error']> {
  const key = limited(body, 'key') ?? badArgument('error.key', 'is missing')
  if (key === '') badArgument('error.key', 'is empty')
  const error = { key, ...present({ status: body.optionalNumber('status', 200, 599) }) }
  body.end()
  return error
}

function limited(body: Fields, name: string): string | undefined {
  return body.optionalText(name, MAX_TEXT_CHARS)
}

/** What a redirect leads to is a host and nothing else: no user, no path, no line break (T-097). */
function hostOf(body: Fields): string | undefined {
  const text = limited(body, 'hostName')
  return text === undefined || HOST_NAME.test(text) ? text : badArgument('hostName', 'is no name of a host')
}

function ruleOf(body: Fields): WebsiteRule {
  const redirect = body.optionalObject('redirect') ?? badArgument('redirect', 'is missing')
  const rule = {
    ...present({
      keyPrefixEquals: limited(body, 'keyPrefixEquals'),
      keySuffixEquals: limited(body, 'keySuffixEquals'),
      errorCodeEquals: body.optionalNumber('errorCodeEquals', 400, 599),
    }),
    redirect: redirectOf(redirect),
  }
  body.end()
  return rule
}

function redirectOf(body: Fields): WebsiteRedirect {
  const replaceKeyWith = limited(body, 'replaceKeyWith')
  const replaceKeyPrefixWith = limited(body, 'replaceKeyPrefixWith')
  if (replaceKeyWith !== undefined && replaceKeyPrefixWith !== undefined) {
    badArgument('replaceKeyWith', 'does not go with replaceKeyPrefixWith')
  }
  for (const text of [replaceKeyWith, replaceKeyPrefixWith]) {
    if (text !== undefined && !isHeaderField('location', encodeURI(text.toWellFormed()))) {
      badArgument('replaceKeyWith', 'cannot be a Location')
    }
  }
  const redirect = present({
    hostName: hostOf(body),
    protocol: body.optionalWord('protocol', PROTOCOLS),
    status: body.optionalNumber('status', 300, 399),
    ...{ replaceKeyWith, replaceKeyPrefixWith },
  })
  body.end()
  return redirect
}

/** Rules that only another dialect knows are left out, and `foreign` says so. */
export function websiteJson({ index, error, redirectAll, rules, source }: WebsiteConfiguration): ShownWebsiteJson {
  const foreign = FOREIGN.find((one) => one === source?.dialect)
  return {
    ...present({ index, error, redirectAll, foreign }),
    rules: rules.flatMap(({ keyPrefixEquals, keySuffixEquals, errorCodeEquals, redirect }) =>
      redirect === undefined ? [] : [{ ...present({ keyPrefixEquals, keySuffixEquals, errorCodeEquals }), redirect }],
    ),
  }
}

const FOREIGN = ['s3', 'oss', 'obs', 'cos'] as const
