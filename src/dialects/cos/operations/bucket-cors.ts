/** GET, PUT and DELETE Bucket cors. */
import type { BucketName, CorsConfiguration, CorsRule } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { present } from '../../present.ts'
import { element, parent } from '../../xml-writer.ts'
import { every, expectOnly, readXml, settingOf, type XmlElement } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { malformed, numberSetting, optionalSetting, wordSetting } from '../settings.ts'

const ROOT = 'CORSConfiguration'
const MAX_RULES = 100
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']
const MAX_AGE = { min: 0, max: 999_999_999 }

export function decodeGetBucketCors(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-cors'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketCors: Encoder<'get-bucket-cors'> = ({ result: { cors } }, context) =>
  respondXml(context, ROOT, [
    ...cors.rules.map((rule) =>
      parent(
        'CORSRule',
        element('ID', rule.id),
        ...rule.allowedOrigins.map((origin) => element('AllowedOrigin', origin)),
        ...rule.allowedMethods.map((method) => element('AllowedMethod', method)),
        ...rule.allowedHeaders.map((header) => element('AllowedHeader', header)),
        ...rule.exposeHeaders.map((header) => element('ExposeHeader', header)),
        element('MaxAgeSeconds', rule.maxAgeSeconds),
      ),
    ),
    element('ResponseVary', cors.alwaysVary),
  ])

export function decodePutBucketCors(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-cors'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, cors: readCors(bytes) })
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers))
}

function readCors(bytes: Uint8Array): CorsConfiguration {
  const root = readXml(bytes, { root: ROOT, namespace: '' })
  expectOnly(root, ['CORSRule', 'ResponseVary'])
  const rules = every(root, 'CORSRule')
  if (rules.length === 0 || rules.length > MAX_RULES) malformed(`1 to ${MAX_RULES} rules`)
  const vary = wordSetting(root, 'ResponseVary', ['true', 'false'])
  return { rules: rules.map(readRule), ...(vary === undefined ? {} : { alwaysVary: vary === 'true' }) }
}

function readRule(rule: XmlElement): CorsRule {
  expectOnly(rule, ['ID', 'AllowedOrigin', 'AllowedMethod', 'AllowedHeader', 'ExposeHeader', 'MaxAgeSeconds'])
  const texts = (name: string): readonly string[] => every(rule, name).map(settingOf)
  const allowedMethods = texts('AllowedMethod')
  const allowedOrigins = texts('AllowedOrigin')
  const allowedHeaders = texts('AllowedHeader')
  if (allowedMethods.length === 0 || allowedOrigins.length === 0) malformed('a rule needs origins and methods')
  if (allowedMethods.some((method) => !METHODS.includes(method))) malformed(`methods are ${METHODS.join(', ')}`)
  if ([...allowedOrigins, ...allowedHeaders].some((text) => text.split('*').length > 2)) malformed('one * at most')
  return {
    allowedOrigins,
    allowedMethods,
    allowedHeaders,
    exposeHeaders: texts('ExposeHeader'),
    ...present({ id: optionalSetting(rule, 'ID'), maxAgeSeconds: numberSetting(rule, 'MaxAgeSeconds', MAX_AGE) }),
  }
}

export const encodePutBucketCors: Encoder<'put-bucket-cors'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketCors(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-cors'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketCors: Encoder<'delete-bucket-cors'> = (_answer, context) => respond(context, 204)
