import type { SecretBytes } from '../secrets/index.ts'
import { count, plural } from './quantities.ts'

export interface ReadyFacts {
  /** `http://127.0.0.1:9000` */
  readonly api: string
  /** Absent: there is none. */
  readonly console?: string
  readonly region: string
  readonly account: string
}

/** What a first start made, and where. */
export interface FirstStart extends ReadyFacts {
  readonly version: string
  /** As it was configured: `./data`; undefined with `--memory`. */
  readonly data: string | undefined
  readonly accessKeyId: string
  /** Absent: it was configured, and is known to who configured it. */
  readonly secret?: SecretBytes
  /** The file of the root key, if a file was made. */
  readonly rootKeyFile?: string
}

export interface LaterStart {
  readonly version: string
  readonly data: string
  readonly buckets: number
  readonly versions: number
}

/** The one line on stdout: scripts wait for it. */
export function readyLine({ api, console, region, account }: ReadyFacts): string {
  return `coffer ready api=${api}${console === undefined ? '' : ` console=${console}`} region=${region} account=${account}\n`
}

export function laterStartText({ version, data, buckets, versions }: LaterStart): string {
  return `Coffer ${version}  ${data}: ${plural(buckets, 'bucket')}, ${count(versions)} versions, root key ok\n`
}

/**
 * What a person reads at the first start. `onTerminal`: whether it goes to a terminal; anywhere else it is kept, in
 * journals and container logs, and the secret is not in it (T-166).
 */
export function firstStartText(facts: FirstStart, onTerminal: boolean): string {
  const where = facts.data === undefined ? 'nothing is kept' : `first start in ${facts.data}`
  return [
    `Coffer ${facts.version}  ${where}`,
    '',
    '  Made for you',
    `    account      ${facts.account}`,
    `    access key   ${facts.accessKeyId}`,
    ...secretLines(facts, onTerminal),
    ...(facts.rootKeyFile === undefined
      ? []
      : [`    root key     ${facts.rootKeyFile}   <- copy it to a safe place; without it nothing can be read`]),
    '',
    ...(facts.console === undefined
      ? []
      : ['  Console', `    ${facts.console}   sign in with the access key and the secret key`]),
    ...awsLines(facts, onTerminal),
    '  More: coffer help connect      Stop: Ctrl-C',
    '',
  ].join('\n')
}

function secretLines({ secret }: FirstStart, onTerminal: boolean): readonly string[] {
  if (secret === undefined) return ['    secret key   as configured']
  if (onTerminal) return [`    secret key   ${textOf(secret)}   <- shown now and never again`]
  return [
    '    secret key   not shown, because this output is kept',
    '                 set COFFER_ACCESS_KEY and COFFER_SECRET_KEY before the first start,',
    '                 or make a new one on this host: coffer account recover-root',
  ]
}

function awsLines({ accessKeyId, secret, api, region }: FirstStart, onTerminal: boolean): readonly string[] {
  const shown = secret !== undefined && onTerminal ? textOf(secret) : '<secret key>'
  return [
    '  AWS CLI',
    `    export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${shown} AWS_REGION=${region}`,
    `    export AWS_ENDPOINT_URL=${api}`,
    '    aws s3 mb s3://hello && echo hi | aws s3 cp - s3://hello/a.txt && aws s3api head-object --bucket hello --key a.txt',
  ]
}

/** The one place where a secret becomes text: for a terminal, on its first day. */
function textOf(secret: SecretBytes): string {
  return secret.expose((bytes) => Buffer.from(bytes).toString('utf8'))
}
