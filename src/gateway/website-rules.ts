/**
 * What a bucket's website configuration makes of a path: pure decisions, for all dialects alike (S3 User Guide, "Hosting a
 * static website using Amazon S3", "Configuring a webpage redirect"; OSS PutBucketWebsite; COS PutBucketWebsite).
 */
import type { WebsiteConfiguration, WebsiteRedirect, WebsiteRule } from '../operations/index.ts'

/** Where the request was sent to. */
export interface SiteAddress {
  /** `Host` as it came, port included: one of this website's own names. */
  readonly host: string
  readonly secure: boolean
}

export interface Moved {
  readonly status: number
  readonly location: string
}

/** RoutingRule, HttpRedirectCode: what a redirect is sent with where it does not say. */
const MOVED_PERMANENTLY = 301
/** To the folder whose page it is: another page may be there tomorrow. */
const FOUND = 302

/** Before anything is looked for: the website as a whole, or its key, is elsewhere. */
export function movedBefore(website: WebsiteConfiguration, key: string, at: SiteAddress): Moved | undefined {
  const { redirectAll } = website
  if (redirectAll !== undefined) return movedWhole(redirectAll, key, at)
  const rule = website.rules.find((one) => one.errorCodeEquals === undefined && fits(one, key))
  return rule?.redirect === undefined ? undefined : moved(rule, rule.redirect, key, at)
}

/** After the object could not be had, for that reason. */
export function movedAfter(
  website: WebsiteConfiguration,
  key: string,
  status: number,
  at: SiteAddress,
): Moved | undefined {
  const rule = website.rules.find((one) => one.errorCodeEquals === status && fits(one, key))
  return rule?.redirect === undefined ? undefined : moved(rule, rule.redirect, key, at)
}

/** A rule of a kind that is not carried out (it has no redirect) fits nothing. */
function fits({ keyPrefixEquals = '', keySuffixEquals = '', redirect }: WebsiteRule, key: string): boolean {
  return redirect !== undefined && key.startsWith(keyPrefixEquals) && key.endsWith(keySuffixEquals)
}

/** Without a host (COS) only the protocol is another: who came by it already stays. */
function movedWhole(
  { hostName, protocol }: NonNullable<WebsiteConfiguration['redirectAll']>,
  key: string,
  at: SiteAddress,
): Moved | undefined {
  const own = protocolOf(at)
  if (hostName === undefined && (protocol ?? own) === own) return undefined
  const host = hostName ?? withoutPort(at.host)
  return { status: MOVED_PERMANENTLY, location: `${protocol ?? own}://${host}/${encodedKey(key)}` }
}

function protocolOf({ secure }: SiteAddress): 'http' | 'https' {
  return secure ? 'https' : 'http'
}

/** The other protocol is at its own port. */
function withoutPort(host: string): string {
  return host.replace(/:[0-9]+$/, '')
}

/** Always with protocol and host: a key that begins with a slash leads nowhere else (T-097). */
function moved({ keyPrefixEquals = '' }: WebsiteRule, redirect: WebsiteRedirect, key: string, at: SiteAddress): Moved {
  const own = protocolOf(at)
  const protocol = redirect.protocol ?? own
  const host = redirect.hostName ?? (protocol === own ? at.host : withoutPort(at.host))
  return {
    status: redirect.status ?? MOVED_PERMANENTLY,
    location: `${protocol}://${host}/${replacedKey(redirect, keyPrefixEquals, key)}`,
  }
}

/** Replacements are the owner's own text, which may hold a query; the rest of a key is the visitor's and holds none. */
function replacedKey({ replaceKeyWith, replaceKeyPrefixWith }: WebsiteRedirect, prefix: string, key: string): string {
  if (replaceKeyWith !== undefined) return encodedText(replaceKeyWith)
  if (replaceKeyPrefixWith === undefined) return encodedKey(key)
  return `${encodedText(replaceKeyPrefixWith)}${encodedKey(key.slice(prefix.length))}`
}

function encodedText(text: string): string {
  return encodeURI(text.toWellFormed())
}

function encodedKey(key: string): string {
  return encodeURIComponent(key.toWellFormed()).replaceAll('%2F', '/')
}

/** The key whose object is shown for a path: of the root and of folders, the index document's. */
export function pageOf({ index }: WebsiteConfiguration, key: string): string {
  if (index === undefined || (key !== '' && !key.endsWith('/'))) return key
  return index.subDirectories === false ? index.suffix : `${key}${index.suffix}`
}

/** Another object that is shown for a key that is not there. */
export interface OtherPage {
  readonly key: string
  /** `redirect`: to the folder whose page it is. */
  readonly then: 'redirect' | 'serve'
}

/** What stands for a key that is not there: the page of that name, then the page of the folder of that name. */
export function otherPagesOf({ index }: WebsiteConfiguration, key: string): readonly OtherPage[] {
  if (index === undefined || key === '' || key.endsWith('/')) return []
  const then = index.withoutSlash ?? 'redirect'
  const folders = index.subDirectories !== false && then !== 'missing'
  return [
    ...(index.htmlSuffixOptional === true ? [{ key: `${key}.html`, then: 'serve' } as const] : []),
    ...(folders ? [{ key: `${key}/${index.suffix}`, then }] : []),
  ]
}

export function movedToFolder(key: string, at: SiteAddress): Moved {
  return { status: FOUND, location: `${protocolOf(at)}://${at.host}/${encodedKey(key)}/` }
}

/**
 * An object that is only a redirect (`x-amz-website-redirect-location`): a path of this website, or an address. Undefined:
 * neither; the object is shown.
 */
export function movedObject(location: string | undefined, at: SiteAddress): Moved | undefined {
  if (location === undefined || !/^(?:\/|https?:\/\/)/.test(location)) return undefined
  // It was written as an address already; what no address can hold is escaped.
  const text = encodedText(location).replaceAll('%25', '%')
  return {
    status: MOVED_PERMANENTLY,
    location: text.startsWith('/') ? `${protocolOf(at)}://${at.host}${text}` : text,
  }
}
