/** Keys of the key service in Huawei's words: `<region>:<domain id>:key/<key id>` beside the bare id. */

const ARN = /^arn:[^:]*:kms:([^:]+):([0-9]{12}):key\/(.+)$/
const DOMAIN_ID_CHARACTERS = 32

/** The long form of a key's ARN; a text that is no such ARN is shown as it is. */
export function longKeyId(arn: string): string {
  const [, region, account, id] = ARN.exec(arn) ?? []
  if (region === undefined || account === undefined || id === undefined) return arn
  return `${region}:${account.padStart(DOMAIN_ID_CHARACTERS, '0')}:key/${id}`
}
