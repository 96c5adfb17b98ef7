/** GET and PUT Bucket referer. */
import type { BucketName, RefererRules } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { every, expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { malformed, requiredWord, wordSetting } from '../settings.ts'

const ROOT = 'RefererConfiguration'
const MAX_DOMAINS = 1_000

export function decodeGetBucketReferer(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-referer'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** One list of two: a bucket to which another dialect gave both shows the white one. */
export const encodeGetBucketReferer: Encoder<'get-bucket-referer'> = ({ result: { referer } }, context) => {
  const { enabled, allowEmpty, allowed, denied, signedUrls } = referer
  if (!enabled && allowed.length === 0 && denied.length === 0) {
    return respondXml(context, ROOT, [element('Status', 'Disabled')])
  }
  const black = allowed.length === 0
  return respondXml(context, ROOT, [
    element('Status', enabled ? 'Enabled' : 'Disabled'),
    element('RefererType', black ? 'Black-List' : 'White-List'),
    parent('DomainList', ...(black ? denied : allowed).map((domain) => element('Domain', domain))),
    element('EmptyReferConfiguration', allowEmpty ? 'Allow' : 'Deny'),
    signedUrls === undefined ? '' : element('VerifySignatureURL', signedUrls ? 'Enabled' : 'Disabled'),
  ])
}

export function decodePutBucketReferer(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-referer'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, referer: readReferer(bytes) })
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers))
}

function readReferer(bytes: Uint8Array): RefererRules {
  const root = readXml(bytes, { root: ROOT, namespace: '' })
  expectOnly(root, ['Status', 'RefererType', 'DomainList', 'EmptyReferConfiguration', 'VerifySignatureURL'])
  const list = requireOne(root, 'DomainList')
  expectOnly(list, ['Domain'])
  const domains = every(list, 'Domain').map(settingOf)
  if (domains.length === 0 || domains.length > MAX_DOMAINS || domains.includes(''))
    malformed('DomainList needs domains')
  const black = requiredWord(root, 'RefererType', ['Black-List', 'White-List']) === 'Black-List'
  const signed = wordSetting(root, 'VerifySignatureURL', ['Enabled', 'Disabled'])
  return {
    enabled: requiredWord(root, 'Status', ['Enabled', 'Disabled']) === 'Enabled',
    allowEmpty: wordSetting(root, 'EmptyReferConfiguration', ['Allow', 'Deny']) === 'Allow',
    allowed: black ? [] : domains,
    denied: black ? domains : [],
    ...(signed === undefined ? {} : { signedUrls: signed === 'Enabled' }),
  }
}

export const encodePutBucketReferer: Encoder<'put-bucket-referer'> = (_answer, context) => respond(context, 200)
