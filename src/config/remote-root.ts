import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { SecretBytes } from '../secrets/index.ts'
import { ConfigProblem } from './config-problem.ts'
import type { Environment } from './env.ts'
import { parseSecretPlace, readSecretPlace, type SecretPlace } from './secret-place.ts'
import { ValueProblem } from './value-parsers.ts'

/** Where a remote keeper of the root is. `ca`: the only authorities that may vouch for it, in PEM. */
export interface RemoteAddress {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  readonly ca?: string
}

interface AddressText extends Omit<RemoteAddress, 'ca'> {
  readonly caFile: string | undefined
}

/** The transit engine of HashiCorp Vault or OpenBao: `vault:https://host:8200/<mount>/<key>?...`. */
export interface VaultText {
  readonly address: AddressText
  readonly mount: string
  readonly key: string
  readonly namespace: string | undefined
  readonly login:
    | { readonly kind: 'token'; readonly token: SecretPlace }
    | { readonly kind: 'approle'; readonly mount: string; readonly roleId: string; readonly secretId: SecretPlace }
}

export interface VaultSetting {
  readonly address: RemoteAddress
  readonly mount: string
  readonly key: string
  readonly namespace: string | undefined
  readonly login:
    | { readonly kind: 'token'; readonly token: SecretBytes }
    | { readonly kind: 'approle'; readonly mount: string; readonly roleId: string; readonly secretId: SecretBytes }
}

/** A key of AWS KMS, or of whoever speaks its protocol: `aws-kms:<key arn>?...`. */
export interface AwsKmsText {
  readonly address: AddressText
  readonly keyArn: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretKey: SecretPlace
}

export interface AwsKmsSetting {
  readonly address: RemoteAddress
  readonly keyArn: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretKey: SecretBytes
}

const VAULT_FORM = 'vault:https://<host>:8200/<mount>/<key>?token=file:<path>, or ?role-id=<id>&secret-id=file:<path>'
const AWS_FORM = 'aws-kms:<key arn>?access-key-id=<id>&secret-key=file:<path>'
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const KEY_ARN = /^arn:(aws[a-z-]*):kms:([a-z0-9-]{1,32}):[0-9]{12}:key\/[A-Za-z0-9_-]{1,128}$/

export function parseVault(text: string): VaultText {
  const url = urlOf(text.slice('vault:'.length), VAULT_FORM)
  const segments = url.pathname.split('/').slice(1)
  const key = segments.pop() ?? ''
  if (segments.length === 0 || ![...segments, key].every((one) => SEGMENT.test(one))) throw new ValueProblem(VAULT_FORM)
  const names = ['token', 'role-id', 'secret-id', 'auth-mount', 'namespace', 'ca']
  const query = parametersOf(url.searchParams, names, VAULT_FORM)
  return {
    address: addressOf(url, query.get('ca'), VAULT_FORM),
    mount: segments.join('/'),
    key,
    namespace: pathLike(query.get('namespace')),
    login: vaultLogin(query),
  }
}

function vaultLogin(query: ReadonlyMap<string, string>): VaultText['login'] {
  const [token, roleId, secretId] = [query.get('token'), query.get('role-id'), query.get('secret-id')]
  if (token !== undefined && roleId === undefined && secretId === undefined && !query.has('auth-mount')) {
    return { kind: 'token', token: parseSecretPlace(token, 'token') }
  }
  if (token !== undefined || roleId === undefined || secretId === undefined || !/^[\x21-\x7e]{1,256}$/.test(roleId)) {
    throw new ValueProblem(VAULT_FORM)
  }
  const mount = pathLike(query.get('auth-mount')) ?? 'approle'
  return { kind: 'approle', mount, roleId, secretId: parseSecretPlace(secretId, 'secret-id') }
}

function pathLike(text: string | undefined): string | undefined {
  if (text === undefined || text.split('/').every((segment) => SEGMENT.test(segment))) return text
  throw new ValueProblem(VAULT_FORM)
}

export function resolveVault(text: VaultText, env: Environment): VaultSetting {
  const { login } = text
  return {
    ...text,
    address: resolveAddress(text.address),
    login:
      login.kind === 'token'
        ? { kind: 'token', token: readSecretPlace(login.token, 'the token of the key server', env) }
        : { ...login, secretId: readSecretPlace(login.secretId, 'the secret id of the key server', env) },
  }
}

export function parseAwsKms(text: string): AwsKmsText {
  const body = text.slice('aws-kms:'.length)
  const queryAt = body.indexOf('?')
  const keyArn = queryAt < 0 ? body : body.slice(0, queryAt)
  const [, partition, region] = KEY_ARN.exec(keyArn) ?? []
  if (partition === undefined || region === undefined) throw new ValueProblem(AWS_FORM)
  const names = ['access-key-id', 'secret-key', 'endpoint', 'ca']
  const query = parametersOf(new URLSearchParams(body.slice(keyArn.length + 1)), names, AWS_FORM)
  const [accessKeyId, secretKey] = [query.get('access-key-id'), query.get('secret-key')]
  if (accessKeyId === undefined || !/^[A-Za-z0-9_]{8,128}$/.test(accessKeyId) || secretKey === undefined) {
    throw new ValueProblem(AWS_FORM)
  }
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  const url = urlOf(query.get('endpoint') ?? `https://kms.${region}.${suffix}`, AWS_FORM)
  if (url.pathname !== '/' || url.search !== '') throw new ValueProblem(AWS_FORM)
  return {
    address: addressOf(url, query.get('ca'), AWS_FORM),
    ...{ keyArn, region, accessKeyId },
    secretKey: parseSecretPlace(secretKey, 'secret-key'),
  }
}

export function resolveAwsKms(text: AwsKmsText, env: Environment): AwsKmsSetting {
  return {
    ...text,
    address: resolveAddress(text.address),
    secretKey: readSecretPlace(text.secretKey, 'the secret key of the key service', env),
  }
}

/** The places of secrets in the environment, which are not unknown settings then. */
export function variablesOf(...places: readonly SecretPlace[]): readonly string[] {
  return places.flatMap((place) => (place.from === 'env' ? [place.name] : []))
}

function urlOf(text: string, form: string): URL {
  if (!URL.canParse(text) || /[\s#@\\]/.test(text)) throw new ValueProblem(form)
  return new URL(text)
}

function parametersOf(query: URLSearchParams, known: readonly string[], form: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of query) {
    if (!known.includes(name) || found.has(name) || value === '')
      throw new ValueProblem(`${form} (${known.join(', ')})`)
    found.set(name, value)
  }
  return found
}

/** Without TLS to this machine only: the token and the root key go over the connection. */
function addressOf(url: URL, caFile: string | undefined, form: string): AddressText {
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const loopback = host === 'localhost' || (isIP(host) === 4 ? host.startsWith('127.') : host === '::1')
  if ((!secure && url.protocol !== 'http:') || host === '') throw new ValueProblem(form)
  if (!secure && !loopback)
    throw new ValueProblem('an https URL: without TLS, keys would cross the network in the clear')
  return { secure, host, port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), caFile }
}

function resolveAddress({ caFile, ...address }: AddressText): RemoteAddress {
  if (caFile === undefined) return address
  try {
    return { ...address, ca: readFileSync(caFile, 'utf8') }
  } catch {
    throw new ConfigProblem('the file of certificate authorities for the root key cannot be read')
  }
}
