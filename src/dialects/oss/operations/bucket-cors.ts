/** GetBucketCors, PutBucketCors, DeleteBucketCors. */
import { parseDecimal } from '../../../http/index.ts'
import {
  refuse,
  type BucketName,
  type CorsConfiguration,
  type CorsRule,
  type OperationOf,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, every, expectOnly, readLongXml, settingOf, type XmlElement } from '../../xml.ts'
import { element, parent } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

const ROOT = 'CORSConfiguration'
/** OSS, PutBucketCors. */
const MAX_RULES = 20
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']
const MAX_AGE_SECONDS = 999_999_999

export function decodeGetBucketCors(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-cors'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketCors: Encoder<'get-bucket-cors'> = ({ result: { cors } }, context) =>
  respondXml(context, ROOT, [...cors.rules.map(ruleElement), element('ResponseVary', cors.alwaysVary ?? false)])

function ruleElement(rule: CorsRule): string {
  const all = (name: string, values: readonly string[]): string => values.map((value) => element(name, value)).join('')
  return parent(
    'CORSRule',
    all('AllowedOrigin', rule.allowedOrigins),
    all('AllowedMethod', rule.allowedMethods),
    all('AllowedHeader', rule.allowedHeaders),
    all('ExposeHeader', rule.exposeHeaders),
    element('MaxAgeSeconds', rule.maxAgeSeconds),
  )
}

export function decodePutBucketCors(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-cors'
  const build = async (bytes: Uint8Array): Promise<OperationOf<typeof kind>> => ({
    ...{ kind, bucket },
    cors: readCors(await readLongXml(bytes, { root: ROOT, namespace: OSS_NAMESPACE })),
  })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

function readCors(root: XmlElement): CorsConfiguration {
  expectOnly(root, ['CORSRule', 'ResponseVary'])
  const rules = every(root, 'CORSRule').map(readRule)
  if (rules.length === 0 || rules.length > MAX_RULES) malformed(`there are 1 to ${MAX_RULES} rules`)
  const vary = atMostOne(root, 'ResponseVary')
  return { rules, alwaysVary: vary !== undefined && settingOf(vary).toLowerCase() === 'true' }
}

function readRule(rule: XmlElement): CorsRule {
  expectOnly(rule, ['AllowedOrigin', 'AllowedMethod', 'AllowedHeader', 'ExposeHeader', 'MaxAgeSeconds'])
  const all = (name: string): readonly string[] => every(rule, name).map(settingOf)
  const [origins, methods, headers] = [all('AllowedOrigin'), all('AllowedMethod'), all('AllowedHeader')]
  if (origins.length === 0 || methods.length === 0) malformed('a rule needs AllowedOrigin and AllowedMethod')
  if (!methods.every((method) => METHODS.includes(method))) malformed(`AllowedMethod is one of ${METHODS.join(', ')}`)
  if ([...origins, ...headers].some((text) => text.split('*').length > 2)) malformed('at most one * in a text')
  const expose = all('ExposeHeader')
  if (expose.some((text) => text.includes('*'))) malformed('ExposeHeader holds no *')
  const age = atMostOne(rule, 'MaxAgeSeconds')
  const maxAgeSeconds = age === undefined ? undefined : parseDecimal(settingOf(age), { min: 0, max: MAX_AGE_SECONDS })
  if (age !== undefined && maxAgeSeconds === undefined) malformed('MaxAgeSeconds is a number')
  return {
    ...{ allowedOrigins: origins, allowedMethods: methods, allowedHeaders: headers, exposeHeaders: expose },
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  }
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

export const encodePutBucketCors: Encoder<'put-bucket-cors'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketCors(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-cors'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketCors: Encoder<'delete-bucket-cors'> = (_answer, context) => respond(context, 204)
