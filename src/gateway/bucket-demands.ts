import type { Authority, BucketRecord } from '../objects/index.ts'
import { refuse, type Caller, type RefererRules, type RequestFacts, type Target } from '../operations/index.ts'
import { wildcard } from '../policy/index.ts'

/** What a bucket itself asks of a request, besides the right to it. */

/** Who does not own a bucket whose requesters pay has to say that they will (S3 user guide, Requester Pays); nobody cannot. */
export function demandPayment(caller: Caller, target: Target, { bucket, sourceBucket }: Authority): void {
  if (target.kind === 'create-bucket' || (target.requesterPays === true && caller.kind !== 'anonymous')) return
  for (const one of [bucket, sourceBucket]) {
    if (one?.payer !== 'requester') continue
    if (caller.kind === 'anonymous' || caller.account !== one.account)
      refuse({ kind: 'requester-pays', bucket: one.name })
  }
}

/** Whether the requester pays for what is done in this bucket; who does not own it was let in by saying so. */
export function paysFor(caller: Caller, bucket: BucketRecord | undefined): boolean {
  return bucket?.payer === 'requester' && caller.kind !== 'anonymous' && caller.account !== bucket.account
}

/** By the record that they were read from: patterns are read once for each state of the bucket. */
const read = new WeakMap<RefererRules, { readonly allowed: readonly Matcher[]; readonly denied: readonly Matcher[] }>()
type Matcher = (referer: RefererParts) => boolean

/** In lower case. `path`: with its query, from the slash on. */
interface RefererParts {
  readonly scheme: string
  readonly host: string
  readonly path: string
}

/**
 * Referer lists: asked of whom a page can send, people without a signature and holders of signed URLs, not of programs that
 * sign their headers (OSS hotlink protection; COS `VerifySignatureURL`). They are no right: whatever they let through is
 * still asked about.
 */
export function demandReferer(
  caller: Caller,
  target: Target,
  facts: Pick<RequestFacts, 'referer'>,
  bucket: BucketRecord | undefined,
): void {
  const rules = bucket?.referer
  if (rules?.enabled !== true || !isPageRequest(caller, target, rules)) return
  if (!fits(rules, facts.referer ?? ''))
    refuse({ kind: 'access-denied', reason: 'the bucket does not take this referer' })
}

function isPageRequest(caller: Caller, { key }: Target, { signedUrls }: RefererRules): boolean {
  if (key === undefined) return false
  if (caller.kind === 'anonymous') return true
  return 'scheme' in caller && caller.scheme.endsWith('-query') && signedUrls !== false
}

function fits(rules: RefererRules, referer: string): boolean {
  if (referer === '') return rules.allowEmpty
  const known = read.get(rules) ?? { allowed: matchers(rules, 'allowed'), denied: matchers(rules, 'denied') }
  read.set(rules, known)
  const whole = referer.toLowerCase()
  const parts = partsOf(rules.truncateQuery === false ? whole : (whole.split(/[?#]/, 1)[0] ?? ''))
  const found = (list: readonly Matcher[]): boolean => list.some((matches) => matches(parts))
  return !found(known.denied) && (known.allowed.length === 0 || found(known.allowed))
}

function partsOf(text: string): RefererParts {
  const [, scheme = '', host = '', path = ''] = /^(?:([^/?#]*):\/\/)?([^/?#]*)(.*)$/s.exec(text) ?? []
  return { scheme, host, path: path === '/' ? '' : path }
}

function matchers(rules: RefererRules, list: 'allowed' | 'denied'): readonly Matcher[] {
  return rules[list].map((pattern) => matcherOf(rules, partsOf(pattern.toLowerCase())))
}

/** Each part is held against its own: a star in a host name does not reach into the path, where anybody writes what he likes. */
function matcherOf({ truncatePath }: RefererRules, { scheme, host, path }: RefererParts): Matcher {
  const [ofScheme, ofHost, ofPath] = [wildcard(scheme), wildcard(host), wildcard(path)]
  const anyPath = truncatePath === true || (path === '' && (truncatePath !== false || host.endsWith('*')))
  return (referer) =>
    (scheme === '' || ofScheme(referer.scheme)) && ofHost(referer.host) && (anyPath || ofPath(referer.path))
}
