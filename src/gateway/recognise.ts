import { lowerCaseAscii, type HttpRequest } from '../http/index.ts'
import type { Dialect, StorageDialect, VendorKeyDialect } from '../operations/index.ts'

/** Which part of the server a request is for. The console has a listener of its own. */
export type Recognised = 'service' | Exclude<Dialect, 'console'>

/** What recognition knows of this deployment. */
export interface Recognition {
  /** Whether a host name addresses a bucket, in any dialect. */
  readonly isBucketHost: (hostName: string) => boolean
  /** The dialect of requests that carry nothing of any vendor's. */
  readonly defaultDialect: StorageDialect
}

type Seen = Pick<HttpRequest, 'rawPath' | 'rawQuery' | 'host' | 'headers' | 'method'>

const SERVICE_PREFIX = '/-/'
const ADMIN_PREFIX = '/-/admin/'
const KMS_TARGET = 'TrentService.'
/** The service in the scope of a SigV4 credential: `Credential=<id>/<date>/<region>/<service>/aws4_request`. */
const SCOPE_SERVICE = /Credential=[^,\s/]+\/\d{8}\/[^,\s/]+\/(kms|iam|sts)\/aws4_request/

/**
 * `/-/` is the server's own corner, but never on a bucket's host: there it is the key `-/...` (T-028). The services of
 * keys and people are told by the scope that their clients sign for; the signature is then verified for that service
 * and for no other. The vendors' storage is told by the first of: the scheme of the Authorization header, the names of a
 * signed URL's parameters, the vendor's prefix of headers and parameters, the vendor's host names, the deployment's
 * default. Whatever is recognised, the dialect's own schemes alone open it: two schemes in one request are refused by
 * `auth` before either is tried (T-037), and what no signature covers never reaches a decoder.
 */
export function recognise(request: Seen, { isBucketHost, defaultDialect }: Recognition): Recognised {
  const { rawPath, method, headers } = request
  if (rawPath.startsWith(SERVICE_PREFIX) && !isBucketHost(request.host.name)) {
    return rawPath.startsWith(ADMIN_PREFIX) ? 'admin' : 'service'
  }
  const service = rawPath === '/' && method === 'POST' ? postedService(headers) : undefined
  return service ?? vendorKeyDialect(request) ?? storageDialect(request) ?? defaultDialect
}

const KEY_SCHEMES: readonly (readonly [start: string, dialect: VendorKeyDialect])[] = [
  ['ACS3-', 'alibaba-kms'],
  ['SDK-HMAC-', 'huawei-kms'],
  ['TC3-', 'tencent-kms'],
]
const HUAWEI_PATH = /^\/v1\.0\/[^/]{1,128}\/kms\//
/** Names of the vendors' endpoints, by which they are told where nothing else tells them. */
const KEY_HOSTS: readonly (readonly [name: RegExp, dialect: VendorKeyDialect])[] = [
  // Not `kms.oss-<region>`: that is a bucket.
  [/^kms(?:-vpc)?\.(?!oss-)[a-z0-9-]+\.aliyuncs\.com$/, 'alibaba-kms'],
  [/^kms\.(?!obs\.)[a-z0-9-]+\.(?:myhuaweicloud\.(?:com|cn|eu)|otc\.t-systems\.com)$/, 'huawei-kms'],
  [/^kms(?:\.[a-z0-9-]+)?\.tencentcloudapi\.com$/, 'tencent-kms'],
]

/**
 * The vendors' key services: by the scheme of the Authorization header; where there is none, by the marks of Alibaba Cloud's
 * RPC, by what only these services' clients send, and by the names of their endpoints.
 */
function vendorKeyDialect(request: Seen): VendorKeyDialect | undefined {
  const { headers, rawPath } = request
  const authorization = headers.get('authorization')
  if (authorization !== undefined) return KEY_SCHEMES.find(([start]) => authorization.startsWith(start))?.[1]
  if (rawPath === '/' && parameterNames(request).includes('signaturenonce')) return 'alibaba-kms'
  if (headers.has('x-acs-action')) return 'alibaba-kms'
  if (headers.has('x-tc-action')) return 'tencent-kms'
  if (headers.has('x-sdk-date') && HUAWEI_PATH.test(rawPath)) return 'huawei-kms'
  return KEY_HOSTS.find(([name]) => name.test(request.host.name))?.[1]
}

function postedService(headers: HttpRequest['headers']): 'kms' | 'iam' | 'sts' | undefined {
  const authorization = headers.get('authorization')
  // Who shows no credential learns in KMS's own words that one is missing; nothing is carried out for nobody.
  if (authorization === undefined && headers.get('x-amz-target')?.startsWith(KMS_TARGET) === true) return 'kms'
  const service = authorization === undefined ? undefined : SCOPE_SERVICE.exec(authorization)?.[1]
  return service === 'kms' || service === 'iam' || service === 'sts' ? service : undefined
}

/** `aws`: S3, or an OBS client that falls back to the signatures of AWS. */
type Sign = StorageDialect | 'aws'

function storageDialect(request: Seen): StorageDialect | undefined {
  const sign = ofAuthorization(request.headers.get('authorization')) ?? ofParameters(request)
  if (sign === 'aws') return isObsClient(request) ? 'obs' : 's3'
  return sign ?? ofPrefix(request) ?? ofHost(request.host.name)
}

function ofAuthorization(authorization: string | undefined): Sign | undefined {
  if (authorization === undefined) return undefined
  if (/^(?:OSS2? |OSS4-)/.test(authorization)) return 'oss'
  if (/^AWS(?: |4-)/i.test(authorization)) return 'aws'
  if (authorization.startsWith('OBS ')) return 'obs'
  return authorization.startsWith('q-sign-algorithm=') ? 'cos' : undefined
}

const PARAMETERS: ReadonlyMap<string, Sign> = new Map<string, Sign>([
  ['ossaccesskeyid', 'oss'],
  ['x-oss-signature-version', 'oss'],
  ['x-oss-signature', 'oss'],
  ['x-oss-credential', 'oss'],
  ['x-oss-access-key-id', 'oss'],
  ['awsaccesskeyid', 'aws'],
  ['x-amz-algorithm', 'aws'],
  ['x-amz-credential', 'aws'],
  ['x-amz-signature', 'aws'],
  ['accesskeyid', 'obs'],
  ['q-sign-algorithm', 'cos'],
  ['q-ak', 'cos'],
  ['q-signature', 'cos'],
])

function ofParameters(request: Seen): Sign | undefined {
  for (const name of parameterNames(request)) {
    const sign = PARAMETERS.get(name)
    if (sign !== undefined) return sign
  }
  // COS's whole signature in one parameter, as its older clients sent it.
  if (/(?:^|&)sign=q-sign-algorithm(?:=|%3D)/i.test(request.rawQuery)) return 'cos'
  // OBS's clients ask this way, without a signature, which signatures a server takes.
  return request.method === 'HEAD' && parameterNames(request).includes('apiversion') ? 'obs' : undefined
}

/**
 * The vendor of an upload by form, by the names of its fields in lower case: those that say who asks, then the vendor's
 * prefix. Undefined: the rest of the request has to say.
 */
export function recogniseForm(names: Iterable<string>): StorageDialect | undefined {
  const list = [...names]
  for (const name of list) {
    const sign = PARAMETERS.get(name)
    if (sign !== undefined) return sign === 'aws' ? 's3' : sign
  }
  const vendor = list.map((name) => PREFIX.exec(name)?.[1]).find((found) => found !== undefined)
  if (vendor !== undefined) return OF_PREFIX[vendor]
  // OBS's three fields in one.
  return list.includes('token') ? 'obs' : undefined
}

const PREFIX = /^x-(amz|oss|obs|cos)-/
const OF_PREFIX: Readonly<Record<string, StorageDialect>> = { amz: 's3', oss: 'oss', obs: 'obs', cos: 'cos' }

function ofPrefix(request: Seen): StorageDialect | undefined {
  for (const name of [...request.headers.names, ...parameterNames(request)]) {
    const vendor = PREFIX.exec(name)?.[1]
    if (vendor !== undefined) return OF_PREFIX[vendor]
  }
  return undefined
}

/** Names as they were sent, lower-case: those that tell a vendor hold nothing to decode. */
function parameterNames({ rawQuery }: Seen): readonly string[] {
  if (rawQuery === '') return []
  return rawQuery.split('&').map((piece) => lowerCaseAscii(piece.split('=', 1)[0] ?? ''))
}

/** Vendors' own host names, which clients send wherever they were told to connect to. */
const HOSTS: readonly (readonly [suffix: RegExp, dialect: StorageDialect])[] = [
  [/(?:^|\.)aliyuncs\.com$/, 'oss'],
  [/(?:^|\.)(?:myhuaweicloud\.(?:com|cn|eu)|myhwclouds\.com|otc\.t-systems\.com)$/, 'obs'],
  [/(?:^|\.)(?:myqcloud\.com|tencentcos\.cn)$/, 'cos'],
]

function ofHost(hostName: string): StorageDialect | undefined {
  if (/(?:^|\.)amazonaws\.com(?:\.cn)?$/.test(hostName)) return 's3'
  return HOSTS.find(([suffix]) => suffix.test(hostName))?.[1]
}

const OBS_CLIENT = 'obs-sdk-'

/** A client of OBS that signs as AWS does: by its headers, its host, or its name. */
function isObsClient(request: Seen): boolean {
  if (request.headers.names.some((name) => name.startsWith('x-obs-'))) return true
  if (ofHost(request.host.name) === 'obs') return true
  return request.headers.get('user-agent')?.startsWith(OBS_CLIENT) === true
}

const STORAGE: ReadonlySet<Recognised> = new Set<StorageDialect>(['s3', 'oss', 'obs', 'cos'])

export function isStorage(part: Recognised): part is StorageDialect {
  return STORAGE.has(part)
}

/** The service that requests of a dialect are signed for. The admin API is signed as S3 is. */
export function signedService(dialect: Dialect): string {
  return dialect === 'admin' || dialect === 'console' ? 's3' : dialect
}
