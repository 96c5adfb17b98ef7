import { refuse, type PublicAccessBlock } from '../operations/index.ts'
import { atMostOne, expectOnly, settingOf, type XmlElement } from './xml.ts'
import { element } from './xml-writer.ts'

/*
 * `PublicAccessBlockConfiguration`, which two vendors write alike: S3 PutPublicAccessBlock, OBS "Configuring Public Access
 * Blocking". OSS has one switch instead.
 */

export const PUBLIC_ACCESS_ROOT = 'PublicAccessBlockConfiguration'

/** What is left out is off. */
export function readPublicAccess(root: XmlElement): PublicAccessBlock {
  expectOnly(root, ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'])
  return {
    blockPublicAcls: isOn(root, 'BlockPublicAcls'),
    ignorePublicAcls: isOn(root, 'IgnorePublicAcls'),
    blockPublicPolicy: isOn(root, 'BlockPublicPolicy'),
    restrictPublicBuckets: isOn(root, 'RestrictPublicBuckets'),
  }
}

function isOn(root: XmlElement, name: string): boolean {
  const found = atMostOne(root, name)
  if (found === undefined) return false
  const text = settingOf(found)
  if (text === 'true' || text === 'TRUE') return true
  if (text === 'false' || text === 'FALSE') return false
  return refuse({ kind: 'malformed-xml', detail: `${name} is true or false` })
}

/** What the root of the answer holds. */
export function writePublicAccess(block: PublicAccessBlock): readonly string[] {
  return [
    element('BlockPublicAcls', String(block.blockPublicAcls)),
    element('IgnorePublicAcls', String(block.ignorePublicAcls)),
    element('BlockPublicPolicy', String(block.blockPublicPolicy)),
    element('RestrictPublicBuckets', String(block.restrictPublicBuckets)),
  ]
}
