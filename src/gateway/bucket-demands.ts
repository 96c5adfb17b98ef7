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

/** By the record that they were read from: patterns are read once for each state of the bucket. */
const read = new WeakMap<RefererRules, { readonly allowed: readonly Matcher[]; readonly denied: readonly Matcher[] }>()
type Matcher = (text: string) => boolean

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
  const known = read.get(rules) ?? { allowed: matchers(rules.allowed), denied: matchers(rules.denied) }
  read.set(rules, known)
  const forms = formsOf(rules, referer.toLowerCase())
  const found = (list: readonly Matcher[]): boolean => list.some((matches) => forms.some(matches))
  return !found(known.denied) && (known.allowed.length === 0 || found(known.allowed))
}

function matchers(patterns: readonly string[]): readonly Matcher[] {
  return patterns.map((pattern) => wildcard(pattern.toLowerCase().replace(/\/$/, '')))
}

/** The texts that a pattern may fit: with and without its scheme, without its query, and, unless told not to, its origin alone. */
function formsOf({ truncateQuery, truncatePath }: RefererRules, referer: string): readonly string[] {
  const whole = truncateQuery === false ? referer : (referer.split(/[?#]/, 1)[0] ?? '')
  const origin = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*/.exec(whole)?.[0] ?? ''
  const texts = truncatePath === true ? [origin] : truncatePath === false ? [whole] : [whole, origin]
  return texts.flatMap((text) => {
    const bare = text.replace(/\/$/, '')
    return [bare, bare.replace(/^[a-z][a-z0-9+.-]*:\/\//, '')]
  })
}
