import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { GetBucketEncryptionCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import type { Locator, Page } from 'playwright-core'
import type { RunningCoffer } from '../../../src/start-coffer.ts'
import { ObsClient, OBS_DOMAIN } from '../../obs/obs-client.ts'
import { ACCESS_KEY, memoryServer, REGION, s3Client, SECRET_KEY } from '../../servers.ts'

/**
 * A server with its console, which the clients of S3 and OBS reach too: they judge what a page has done. With `tls`, by
 * HTTPS under a certificate of its own; `regions`: more than the usual one.
 */
export async function consoleServer({
  tls = false,
  regions = [],
}: { readonly tls?: boolean; readonly regions?: readonly string[] } = {}): Promise<RunningCoffer> {
  return memoryServer({
    console: true,
    domains: [OBS_DOMAIN],
    settings: {
      ...(tls ? { COFFER_TLS: 'self-signed' } : {}),
      ...(regions.length === 0 ? {} : { COFFER_REGIONS: regions.join(',') }),
    },
  })
}

/** What a bucket's default is: by OBS's own GET whether there is one, and by S3's what it says. */
export async function encryptionOf(
  server: RunningCoffer,
  bucket: string,
): Promise<{ readonly algorithm: string; readonly key?: string | undefined } | undefined> {
  const shown = await new ObsClient(server).call('getBucketEncryption', { Bucket: bucket })
  if (shown.status === 404) {
    if (shown.code !== 'NoSuchEncryptionConfiguration') throw new Error(`${shown.code}: ${shown.message}`)
    return undefined
  }
  const client = trustingClient(server)
  const { ServerSideEncryptionConfiguration: said } = await client.send(
    new GetBucketEncryptionCommand({ Bucket: bucket }),
  )
  client.destroy()
  const rule = said?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
  return { algorithm: String(rule?.SSEAlgorithm), key: rule?.KMSMasterKeyID }
}

/** Whether there is a bucket of the name, by OBS's own HEAD. */
export async function bucketExists(server: RunningCoffer, bucket: string): Promise<boolean> {
  const { status } = await new ObsClient(server).call('headBucket', { Bucket: bucket })
  return status === 200
}

/** The official S3 client; it takes the certificate that the server has made for itself. */
export function trustingClient(server: RunningCoffer) {
  return s3Client(server, { requestHandler: { httpsAgent: { rejectUnauthorized: false } } })
}

export async function headOf(server: RunningCoffer, bucket: string, key: string) {
  const client = trustingClient(server)
  const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
  client.destroy()
  return { algorithm: head.ServerSideEncryption, key: head.SSEKMSKeyId, size: head.ContentLength }
}

export interface MadeKey {
  readonly id: string
  readonly arn: string
  readonly alias: string
}

/** A key of the account's own, with an alias, by the official KMS client. */
export async function createKey(server: RunningCoffer, name: string): Promise<MadeKey> {
  const client = kmsClient(server)
  const { KeyMetadata: key } = await client.send(new CreateKeyCommand({ Description: name }))
  const alias = `alias/${name}`
  await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: key?.KeyId }))
  client.destroy()
  return { id: String(key?.KeyId), arn: String(key?.Arn), alias }
}

export function kmsClient(server: RunningCoffer): KMSClient {
  return new KMSClient({
    region: REGION,
    endpoint: server.endpoint,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    maxAttempts: 1,
    requestHandler: { httpsAgent: { rejectUnauthorized: false } },
  })
}

/** Opens a list of the page by its visible name and chooses by the words of an entry. */
export async function choose(page: Page, within: Page | Locator, list: string | RegExp, entry: string): Promise<void> {
  await within.getByRole('button', { name: list }).click()
  await page.getByRole('option', { name: entry }).click()
}
