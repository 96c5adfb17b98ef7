/** `WebsiteConfiguration`, in and out (S3 User Guide, "Hosting a static website"; PutBucketWebsite). */
import { isHeaderField } from '../http/index.ts'
import { refuse, type WebsiteConfiguration, type WebsiteRedirect, type WebsiteRule } from '../operations/index.ts'
import { element, parent } from './xml-writer.ts'
import { atMostOne, every, expectOnly, requireOne, settingOf, textOf, type XmlElement } from './xml.ts'

/** S3 User Guide, "Configuring a webpage redirect": 50 rules. */
const MAX_RULES = 50
const MAX_TEXT_CHARACTERS = 1_024
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?$/

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

export function readWebsite(root: XmlElement): WebsiteConfiguration {
  expectOnly(root, ['RedirectAllRequestsTo', 'IndexDocument', 'ErrorDocument', 'RoutingRules'])
  const all = atMostOne(root, 'RedirectAllRequestsTo')
  if (all !== undefined) {
    if (root.children.length > 1) malformed('RedirectAllRequestsTo stands alone')
    return { redirectAll: readRedirectAll(all), rules: [] }
  }
  const index = atMostOne(root, 'IndexDocument') ?? missingIndex()
  expectOnly(index, ['Suffix'])
  const suffix = limited(settingOf(requireOne(index, 'Suffix')))
  if (suffix === '' || suffix.includes('/')) {
    refuse({
      kind: 'invalid-argument',
      argument: 'IndexDocument',
      value: suffix,
      detail: 'The IndexDocument Suffix is not well formed',
    })
  }
  const error = atMostOne(root, 'ErrorDocument')
  if (error !== undefined) expectOnly(error, ['Key'])
  const rules = atMostOne(root, 'RoutingRules')
  return {
    index: { suffix },
    ...(error === undefined ? {} : { error: { key: limited(textOf(requireOne(error, 'Key'))) } }),
    rules: rules === undefined ? [] : readRules(rules),
  }
}

function missingIndex(): never {
  const detail = 'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty'
  return refuse({ kind: 'invalid-argument', argument: 'IndexDocument', value: 'null', detail })
}

function limited(text: string): string {
  return text.length > MAX_TEXT_CHARACTERS ? malformed('a text of the website configuration is too long') : text
}

function optional(parentElement: XmlElement, name: string): string | undefined {
  const found = atMostOne(parentElement, name)
  return found === undefined ? undefined : limited(textOf(found))
}

function readRedirectAll(all: XmlElement): NonNullable<WebsiteConfiguration['redirectAll']> {
  expectOnly(all, ['HostName', 'Protocol'])
  const protocol = readProtocol(all)
  return { hostName: hostOf(settingOf(requireOne(all, 'HostName'))), ...(protocol === undefined ? {} : { protocol }) }
}

/** What a redirect leads to is a host and nothing else: no user, no path, no line break (T-097). */
function hostOf(text: string): string {
  return HOST_NAME.test(text) && text.length <= MAX_TEXT_CHARACTERS
    ? text
    : refuse({
        kind: 'invalid-argument',
        argument: 'HostName',
        value: text.slice(0, 256),
        detail: 'HostName is not valid',
      })
}

function readProtocol(redirect: XmlElement): 'http' | 'https' | undefined {
  const found = atMostOne(redirect, 'Protocol')
  const text = found === undefined ? undefined : settingOf(found)
  if (text === undefined || text === 'http' || text === 'https') return text
  const detail =
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.'
  return refuse({ kind: 'invalid-request', detail })
}

function readRules(rules: XmlElement): readonly WebsiteRule[] {
  expectOnly(rules, ['RoutingRule'])
  const found = every(rules, 'RoutingRule')
  if (found.length > MAX_RULES) {
    const detail = `${found.length} routing rules provided, the number of routing rules in a website configuration is limited to ${MAX_RULES}.`
    refuse({ kind: 'invalid-request', detail })
  }
  return found.map(readRule)
}

function readRule(rule: XmlElement): WebsiteRule {
  expectOnly(rule, ['Condition', 'Redirect'])
  const condition = atMostOne(rule, 'Condition')
  const redirect = readRedirect(requireOne(rule, 'Redirect'))
  if (condition === undefined) return { redirect }
  expectOnly(condition, ['KeyPrefixEquals', 'HttpErrorCodeReturnedEquals'])
  const keyPrefixEquals = optional(condition, 'KeyPrefixEquals')
  const code = optional(condition, 'HttpErrorCodeReturnedEquals')
  if (keyPrefixEquals === undefined && code === undefined) {
    refuse({
      kind: 'invalid-request',
      detail:
        "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    })
  }
  return {
    ...(keyPrefixEquals === undefined ? {} : { keyPrefixEquals }),
    ...(code === undefined ? {} : { errorCodeEquals: statusOf(code, 'HttpErrorCodeReturnedEquals', /^[45][0-9]{2}$/) }),
    redirect,
  }
}

function statusOf(text: string, name: string, form: RegExp): number {
  if (form.test(text.trim())) return Number(text)
  return refuse({ kind: 'invalid-request', detail: `The provided HTTP status of ${name} is not valid.` })
}

function readRedirect(redirect: XmlElement): WebsiteRedirect {
  expectOnly(redirect, ['HostName', 'HttpRedirectCode', 'Protocol', 'ReplaceKeyPrefixWith', 'ReplaceKeyWith'])
  const host = optional(redirect, 'HostName')
  const code = optional(redirect, 'HttpRedirectCode')
  const protocol = readProtocol(redirect)
  const replaceKeyWith = optional(redirect, 'ReplaceKeyWith')
  const replaceKeyPrefixWith = optional(redirect, 'ReplaceKeyPrefixWith')
  if (replaceKeyWith !== undefined && replaceKeyPrefixWith !== undefined) {
    refuse({ kind: 'invalid-request', detail: 'You can only define ReplaceKeyPrefix or ReplaceKey but not both.' })
  }
  for (const text of [replaceKeyWith, replaceKeyPrefixWith]) {
    if (text !== undefined && !isHeaderField('location', encodeURI(text.toWellFormed())))
      malformed('this cannot be a Location')
  }
  return {
    ...(host === undefined ? {} : { hostName: hostOf(host) }),
    ...(code === undefined ? {} : { status: statusOf(code, 'HttpRedirectCode', /^3[0-9]{2}$/) }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(replaceKeyWith === undefined ? {} : { replaceKeyWith }),
    ...(replaceKeyPrefixWith === undefined ? {} : { replaceKeyPrefixWith }),
  }
}

/** What the root of the answer holds. Rules of kinds that S3 does not know are left out. */
export function writeWebsite({ index, error, redirectAll, rules }: WebsiteConfiguration): readonly string[] {
  if (redirectAll?.hostName !== undefined) {
    const { hostName, protocol } = redirectAll
    return [parent('RedirectAllRequestsTo', element('HostName', hostName), element('Protocol', protocol))]
  }
  const written = rules.flatMap((rule) => writeRule(rule))
  return [
    index === undefined ? '' : parent('IndexDocument', element('Suffix', index.suffix)),
    error === undefined ? '' : parent('ErrorDocument', element('Key', error.key)),
    written.length === 0 ? '' : parent('RoutingRules', ...written),
  ]
}

function writeRule({ keyPrefixEquals, errorCodeEquals, redirect }: WebsiteRule): readonly string[] {
  if (redirect === undefined) return []
  const condition =
    keyPrefixEquals === undefined && errorCodeEquals === undefined
      ? ''
      : parent(
          'Condition',
          element('HttpErrorCodeReturnedEquals', errorCodeEquals),
          element('KeyPrefixEquals', keyPrefixEquals),
        )
  const { hostName, status, protocol, replaceKeyWith, replaceKeyPrefixWith } = redirect
  const to = parent(
    'Redirect',
    element('HostName', hostName),
    element('HttpRedirectCode', status),
    element('Protocol', protocol),
    element('ReplaceKeyPrefixWith', replaceKeyPrefixWith),
    element('ReplaceKeyWith', replaceKeyWith),
  )
  return [parent('RoutingRule', condition, to)]
}
