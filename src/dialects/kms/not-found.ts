/** A UUID, or the id of a multi-region key. */
const KMS_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/
const KMS_ARN = /^arn:[a-z-]{1,16}:kms:([a-z0-9-]{1,64}):[0-9]{12}:(key|alias)\//

/**
 * What KMS says when a text names no key of the caller's. Clients match these texts, and learn from them only what they
 * sent: the account is their own.
 */
export function notFoundText(text: string, region: string, account: string | undefined): string {
  const own = `arn:aws:kms:${region}:${account ?? ''}:`
  const [, arnRegion, kind] = KMS_ARN.exec(text) ?? []
  if (arnRegion !== undefined) {
    if (arnRegion !== region) return `Invalid arn ${arnRegion}`
    return kind === 'alias' ? `Alias ${text} is not found.` : `Key '${text}' does not exist`
  }
  if (text.startsWith('alias/')) return `Alias ${own}${text} is not found.`
  return KMS_ID.test(text) ? `Key '${own}key/${text}' does not exist` : `Invalid keyId '${text}'`
}
