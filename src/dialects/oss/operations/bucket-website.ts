/** GetBucketWebsite, PutBucketWebsite, DeleteBucketWebsite. */
import { isHeaderField, parseDecimal } from '../../../http/index.ts'
import {
  refuse,
  type BucketName,
  type WebsiteConfiguration,
  type WebsiteRedirect,
  type WebsiteRule,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { present } from '../../present.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { writeTree } from '../../xml-tree.ts'
import { element, parent } from '../../xml-writer.ts'
import { atMostOne, every, expectOnly, readXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

const ROOT = 'WebsiteConfiguration'
/** OSS, PutBucketWebsite. */
const MAX_RULES = 20
const ERROR_STATUSES = { min: 200, max: 599 }
const ERRORS = { min: 400, max: 599 }
const REDIRECTS = { min: 300, max: 399 }
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?(?::[0-9]{1,5})?$/
const REDIRECT_PARTS = [
  ...['RedirectType', 'Protocol', 'HostName', 'HttpRedirectCode', 'ReplaceKeyWith', 'ReplaceKeyPrefixWith'],
  ...['EnableReplacePrefix', 'PassQueryString'],
]

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

export function decodeGetBucketWebsite(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-website'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export function decodePutBucketWebsite(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-website'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, website: readWebsite(bytes) })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

/** What the model does not hold (`Type`, `RuleNumber`) is given back from the text itself. */
function readWebsite(bytes: Uint8Array): WebsiteConfiguration {
  const root = readXml(bytes, { root: ROOT, namespace: OSS_NAMESPACE })
  expectOnly(root, ['IndexDocument', 'ErrorDocument', 'RoutingRules'])
  const index = atMostOne(root, 'IndexDocument')
  const error = atMostOne(root, 'ErrorDocument')
  const list = atMostOne(root, 'RoutingRules')
  if ((index ?? error ?? list) === undefined) malformed('a website has an index, an error page or rules')
  if (list !== undefined) expectOnly(list, ['RoutingRule'])
  const rules = list === undefined ? [] : every(list, 'RoutingRule').map(readRule)
  if (rules.length > MAX_RULES) malformed(`there are at most ${MAX_RULES} rules`)
  return {
    ...present({
      index: index === undefined ? undefined : readIndex(index),
      error: error === undefined ? undefined : readError(error),
    }),
    rules,
    source: { dialect: 'oss', text: Buffer.from(bytes).toString('utf8') },
  }
}

/** OSS shows the index of a folder only where it is told to. */
function readIndex(index: XmlElement): NonNullable<WebsiteConfiguration['index']> {
  expectOnly(index, ['Suffix', 'SupportSubDir', 'Type'])
  const suffix = settingOf(requireOne(index, 'Suffix'))
  if (suffix === '' || suffix.includes('/')) refuseArgument('Suffix', suffix, 'Suffix is the name of a page.')
  const subDirectories = flag(index, 'SupportSubDir') ?? false
  const type = textIn(index, 'Type')
  // 0: the index of the folder. 1: 404, and 2: the index of the root, are not what the engine does.
  if (type !== undefined && type !== '0') {
    refuse({ kind: 'not-implemented', detail: 'Folders are shown by their index (Type 0) alone.' })
  }
  return { suffix, subDirectories }
}

function readError(error: XmlElement): NonNullable<WebsiteConfiguration['error']> {
  expectOnly(error, ['Key', 'HttpStatus'])
  return {
    key: textOf(requireOne(error, 'Key')),
    ...present({ status: numberIn(error, 'HttpStatus', ERROR_STATUSES) }),
  }
}

function readRule(rule: XmlElement): WebsiteRule {
  expectOnly(rule, ['RuleNumber', 'Condition', 'Redirect'])
  const condition = requireOne(rule, 'Condition')
  if (atMostOne(condition, 'IncludeHeader') !== undefined) {
    refuse({ kind: 'not-implemented', detail: 'Rules that look at headers are not implemented.' })
  }
  expectOnly(condition, ['KeyPrefixEquals', 'KeySuffixEquals', 'HttpErrorCodeReturnedEquals'])
  return {
    ...present({
      keyPrefixEquals: textIn(condition, 'KeyPrefixEquals'),
      keySuffixEquals: textIn(condition, 'KeySuffixEquals'),
      errorCodeEquals: numberIn(condition, 'HttpErrorCodeReturnedEquals', ERRORS),
    }),
    redirect: readRedirect(requireOne(rule, 'Redirect')),
  }
}

/** To another address. What fetches from one (`Mirror`) is not done, and is not kept as if it were. */
function readRedirect(redirect: XmlElement): WebsiteRedirect {
  const type = textIn(redirect, 'RedirectType')
  if (type === 'Mirror' || type === 'Internal' || type === 'AliCDN') {
    refuse({ kind: 'not-implemented', detail: `Rules of the type ${type} are not implemented.` })
  }
  if (type !== 'External') malformed('RedirectType is External')
  expectOnly(redirect, REDIRECT_PARTS)
  if (flag(redirect, 'PassQueryString') === true) {
    refuse({ kind: 'not-implemented', detail: 'PassQueryString is not implemented.' })
  }
  const protocol = textIn(redirect, 'Protocol')
  if (protocol !== undefined && protocol !== 'http' && protocol !== 'https') malformed('Protocol is http or https')
  const hostName = textIn(redirect, 'HostName')
  if (hostName !== undefined && !HOST_NAME.test(hostName)) refuseArgument('HostName', hostName, 'This is no host.')
  const replaceKeyWith = replacement(redirect, 'ReplaceKeyWith')
  const prefix = replacement(redirect, 'ReplaceKeyPrefixWith')
  const replacesPrefix = flag(redirect, 'EnableReplacePrefix') === true
  if (replaceKeyWith !== undefined && replacesPrefix) malformed('either ReplaceKeyWith or EnableReplacePrefix')
  // Without its switch a prefix that is given counts for nothing, and with it an absent one is the empty one.
  const replaceKeyPrefixWith = replacesPrefix ? (prefix ?? '') : undefined
  const status = numberIn(redirect, 'HttpRedirectCode', REDIRECTS)
  return present({ protocol, hostName, status, replaceKeyWith, replaceKeyPrefixWith })
}

/** What becomes part of a `Location`. */
function replacement(redirect: XmlElement, name: string): string | undefined {
  const text = textIn(redirect, name)
  if (text !== undefined && !isHeaderField('location', encodeURI(text.toWellFormed()))) malformed(name)
  return text
}

function textIn(holder: XmlElement, name: string): string | undefined {
  const found = atMostOne(holder, name)
  const text = found === undefined ? '' : textOf(found)
  return text === '' ? undefined : text
}

function flag(holder: XmlElement, name: string): boolean | undefined {
  const text = textIn(holder, name)?.trim().toLowerCase()
  if (text === undefined) return undefined
  return text === 'true' || text === 'false' ? text === 'true' : malformed(`${name} is true or false`)
}

function numberIn(
  holder: XmlElement,
  name: string,
  bounds: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textIn(holder, name)?.trim()
  if (text === undefined) return undefined
  return parseDecimal(text, bounds) ?? refuseArgument(name, text, `${name} is ${bounds.min} to ${bounds.max}`)
}

/** What OSS put is given back as it was; what another dialect put, in OSS's words. */
export const encodeGetBucketWebsite: Encoder<'get-bucket-website'> = ({ result: { website } }, context) => {
  if (website.source?.dialect === 'oss') {
    const root = readXml(Buffer.from(website.source.text, 'utf8'), { root: ROOT, namespace: OSS_NAMESPACE })
    return respondXml(context, ROOT, root.children.map(writeTree))
  }
  const { index, error, rules } = website
  const written = rules.flatMap((rule, at) => (rule.redirect === undefined ? [] : [writeRule(rule, rule.redirect, at)]))
  return respondXml(context, ROOT, [
    index === undefined
      ? ''
      : parent(
          'IndexDocument',
          element('Suffix', index.suffix),
          element('SupportSubDir', index.subDirectories ?? true),
        ),
    error === undefined ? '' : parent('ErrorDocument', element('Key', error.key), element('HttpStatus', error.status)),
    written.length === 0 ? '' : parent('RoutingRules', ...written),
  ])
}

function writeRule(rule: WebsiteRule, redirect: WebsiteRedirect, at: number): string {
  return parent(
    'RoutingRule',
    element('RuleNumber', at + 1),
    parent(
      'Condition',
      element('KeyPrefixEquals', rule.keyPrefixEquals),
      element('KeySuffixEquals', rule.keySuffixEquals),
      element('HttpErrorCodeReturnedEquals', rule.errorCodeEquals),
    ),
    parent(
      'Redirect',
      element('RedirectType', 'External'),
      element('Protocol', redirect.protocol),
      element('HostName', redirect.hostName),
      element('HttpRedirectCode', redirect.status),
      element('ReplaceKeyWith', redirect.replaceKeyWith),
      element('EnableReplacePrefix', redirect.replaceKeyPrefixWith === undefined ? undefined : true),
      element('ReplaceKeyPrefixWith', redirect.replaceKeyPrefixWith),
    ),
  )
}

export const encodePutBucketWebsite: Encoder<'put-bucket-website'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketWebsite(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-website'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketWebsite: Encoder<'delete-bucket-website'> = (_answer, context) => respond(context, 204)
