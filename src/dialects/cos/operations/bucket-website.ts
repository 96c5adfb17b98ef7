/** GET, PUT and DELETE Bucket website. */
import type { BucketName, WebsiteConfiguration, WebsiteRule } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { present } from '../../present.ts'
import { element, parent } from '../../xml-writer.ts'
import { writeTree } from '../../xml-tree.ts'
import { atMostOne, every, expectOnly, readXml, requireOne, textOf, type XmlElement } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { malformed, numberSetting, optionalSetting, requiredWord, wordSetting } from '../settings.ts'

const ROOT = 'WebsiteConfiguration'
const MAX_RULES = 100
const SUCCESS = 200

export function decodeGetBucketWebsite(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-website'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export function decodePutBucketWebsite(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-website'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, website: readWebsite(bytes) })
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers))
}

/** The model holds all of it; for exactness the text itself is kept. */
function readWebsite(bytes: Uint8Array): WebsiteConfiguration {
  const root = readXml(bytes, { root: ROOT, namespace: '' })
  expectOnly(root, ['IndexDocument', 'ErrorDocument', 'RedirectAllRequestsTo', 'AutoAddressing', 'RoutingRules'])
  const auto = atMostOne(root, 'AutoAddressing')
  if (auto !== undefined) expectOnly(auto, ['Status'])
  const html = auto !== undefined && requiredWord(auto, 'Status', ['Enabled', 'Disabled']) === 'Enabled'
  const redirect = atMostOne(root, 'RedirectAllRequestsTo')
  if (redirect !== undefined) expectOnly(redirect, ['Protocol', 'HostName'])
  const protocol = redirect === undefined ? undefined : protocolOf(redirect)
  const index = atMostOne(root, 'IndexDocument')
  const list = atMostOne(root, 'RoutingRules')
  if (list !== undefined) expectOnly(list, ['RoutingRule'])
  const rules = list === undefined ? [] : every(list, 'RoutingRule').map(readRule)
  if (rules.length > MAX_RULES) malformed(`at most ${MAX_RULES} rules`)
  return {
    ...present({
      index: index === undefined ? undefined : readIndex(index, html),
      error: readError(root),
      redirectAll: redirect === undefined ? undefined : protocol === undefined ? {} : { protocol },
    }),
    rules,
    source: { dialect: 'cos', text: Buffer.from(bytes).toString('utf8') },
  }
}

function readIndex(index: XmlElement, html: boolean): NonNullable<WebsiteConfiguration['index']> {
  const suffix = textOf(requireOne(index, 'Suffix'))
  return html ? { suffix, htmlSuffixOptional: true } : { suffix }
}

function protocolOf(holder: XmlElement): 'http' | 'https' | undefined {
  const text = optionalSetting(holder, 'Protocol')?.toLowerCase()
  if (text === undefined || text === 'http' || text === 'https') return text
  return malformed('Protocol is http or https')
}

/** `OriginalHttpStatus` Disabled: the error page is sent as a success. */
function readError(root: XmlElement): WebsiteConfiguration['error'] {
  const error = atMostOne(root, 'ErrorDocument')
  if (error === undefined) return undefined
  expectOnly(error, ['Key', 'OriginalHttpStatus'])
  const key = textOf(requireOne(error, 'Key'))
  const original = wordSetting(error, 'OriginalHttpStatus', ['Enabled', 'Disabled'])
  return original === 'Disabled' ? { key, status: SUCCESS } : { key }
}

function readRule(rule: XmlElement): WebsiteRule {
  expectOnly(rule, ['Condition', 'Redirect'])
  const condition = requireOne(rule, 'Condition')
  expectOnly(condition, ['HttpErrorCodeReturnedEquals', 'KeyPrefixEquals'])
  const redirect = requireOne(rule, 'Redirect')
  expectOnly(redirect, ['Protocol', 'ReplaceKeyWith', 'ReplaceKeyPrefixWith', 'URLRedirect', 'HostName'])
  return {
    ...present({
      keyPrefixEquals: textSetting(condition, 'KeyPrefixEquals'),
      errorCodeEquals: numberSetting(condition, 'HttpErrorCodeReturnedEquals', { min: 400, max: 599 }),
    }),
    redirect: present({
      protocol: protocolOf(redirect),
      replaceKeyWith: textSetting(redirect, 'ReplaceKeyWith'),
      replaceKeyPrefixWith: textSetting(redirect, 'ReplaceKeyPrefixWith'),
    }),
  }
}

function textSetting(holder: XmlElement, name: string): string | undefined {
  const found = atMostOne(holder, name)
  return found === undefined ? undefined : textOf(found)
}

/** What COS put is given back exactly; what another dialect put, in COS's words. */
export const encodeGetBucketWebsite: Encoder<'get-bucket-website'> = ({ result: { website } }, context) => {
  if (website.source?.dialect === 'cos') {
    const root = readXml(Buffer.from(website.source.text, 'utf8'), { root: ROOT, namespace: '' })
    return respondXml(context, ROOT, root.children.map(writeTree))
  }
  const { index, error, redirectAll, rules } = website
  return respondXml(context, ROOT, [
    index === undefined ? '' : parent('IndexDocument', element('Suffix', index.suffix)),
    error === undefined ? '' : parent('ErrorDocument', element('Key', error.key)),
    index?.htmlSuffixOptional === true ? parent('AutoAddressing', element('Status', 'Enabled')) : '',
    redirectAll === undefined ? '' : parent('RedirectAllRequestsTo', element('Protocol', redirectAll.protocol)),
    rules.length === 0 ? '' : parent('RoutingRules', ...rules.map(writeRule)),
  ])
}

function writeRule(rule: WebsiteRule): string {
  return parent(
    'RoutingRule',
    parent(
      'Condition',
      element('HttpErrorCodeReturnedEquals', rule.errorCodeEquals),
      element('KeyPrefixEquals', rule.keyPrefixEquals),
    ),
    parent(
      'Redirect',
      element('Protocol', rule.redirect?.protocol),
      element('ReplaceKeyWith', rule.redirect?.replaceKeyWith),
      element('ReplaceKeyPrefixWith', rule.redirect?.replaceKeyPrefixWith),
    ),
  )
}

export const encodePutBucketWebsite: Encoder<'put-bucket-website'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketWebsite(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-website'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketWebsite: Encoder<'delete-bucket-website'> = (_answer, context) => respond(context, 204)
