import { presignUrl } from '../auth/index.ts'
import * as engine from '../objects/index.ts'
import {
  isSigned,
  refuse,
  StoreFailure,
  type Awaitable,
  type BucketFacts,
  type ConsoleOperation,
  type Failure,
  type MissingRight,
  type ObjectTarget,
  type OperationOf,
  type Results,
  type SignedCaller,
} from '../operations/index.ts'
import { explained } from './explain-verb.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { keyRequest } from './key-request.ts'
import { overviewOf } from './overview.ts'
import type { RequestPermit, Verbs } from './verb.ts'

/** Records of one request that are looked at when its refusal is explained. */
const RECORDS_OF_REQUEST = 20

/** What pages show together, out of operations that there are: each as the caller, and each asked for by itself. */
export const CONSOLE_VERBS: Verbs<ConsoleOperation['kind']> = {
  'describe-buckets': async (rooms, permit, { prefix, after, limit }) => {
    const { buckets, next } = await engine.listBuckets(rooms.objects, permit, {
      ...{ kind: 'list-buckets', maxBuckets: limit },
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
    })
    const facts: BucketFacts[] = []
    for (const { name } of buckets) {
      const record = await engine.readBucket(rooms.objects, name)
      if (record !== undefined) facts.push(await factsOf(rooms, permit, record))
    }
    return { buckets: facts, ...(next === undefined ? {} : { next }) }
  },
  'describe-bucket': async (rooms, permit) => {
    const { bucket } = permit
    if (bucket === undefined) return refuse({ kind: 'internal' })
    const facts = await factsOf(rooms, permit, bucket)
    return { bucket: { ...facts, ...(await settingsOf(rooms, permit, facts)) } }
  },
  'describe-bucket-encryption': describeEncryption,
  'describe-object': describeObject,
  'begin-upload': async (rooms, permit, { bucket, key, properties, encryption, unlessExists }) => {
    const asked = { bucket, key } as const
    if (unlessExists && (await isThere(rooms, permit, asked))) {
      refuse({ kind: 'precondition-failed', condition: 'If-None-Match' })
    }
    const checksum = { algorithm: 'crc32', type: 'full-object' } as const
    const upload = { kind: 'create-upload', ...asked, properties, encryption, checksum } as const
    const { uploadId } = await engine.createUpload(rooms.objects, permit, upload)
    return { uploadId }
  },
  'share-object': shareObject,
  'check-rights': async (rooms, permit, { checks }) => {
    const caller = signed(permit)
    const allowed: boolean[] = []
    for (const { action, resource } of checks) {
      const answer = await orRefused(() => explained(rooms, permit, caller, { action, resource, context: {} }))
      allowed.push('value' in answer && answer.value.decision === 'allow')
    }
    return { allowed }
  },
  'explain-own': (rooms, permit, { action, resource, context }) =>
    explained(rooms, permit, signed(permit), { action, resource, context }),
  'explain-request': async (rooms, permit, { requestId }) => {
    const caller = signed(permit)
    await rooms.audit.flush()
    const found = await rooms.audit.search({ requestId, account: caller.account, limit: RECORDS_OF_REQUEST })
    const refused = found.find((record) => record.outcome === 'refused' && record.caller === caller.arn)
    if (refused === undefined) {
      return refuse({ kind: 'invalid-argument', argument: 'requestId', detail: 'no refusal of yours has this id' })
    }
    const { action, resource } = refused
    return explained(rooms, permit, caller, { action, resource, context: {} })
  },
  'get-overview': (rooms, permit) => overviewOf(rooms, permit),
}

function signed({ caller }: Pick<RequestPermit, 'caller'>): SignedCaller {
  return isSigned(caller) ? caller : refuse({ kind: 'access-denied', reason: 'anonymous' })
}

type Tried<Value> = { readonly value: Value } | { readonly failure: Failure }

/** What came of it, or the expected refusal. */
async function orRefused<Value>(run: () => Awaitable<Value>): Promise<Tried<Value>> {
  try {
    return { value: await run() }
  } catch (error) {
    if (error instanceof StoreFailure) return { failure: error.failure }
    throw error
  }
}

async function factsOf(rooms: GatewayRooms, permit: RequestPermit, bucket: engine.BucketRecord): Promise<BucketFacts> {
  const { name, region, createdMs, uuid, encryption } = bucket
  const shown = await orRefused(() => permit.permitFor({ kind: 'get-bucket-encryption', bucket: name }))
  return {
    ...{ name, region, createdMs },
    ...(await engine.bucketStat(rooms.objects, uuid)),
    ...('value' in shown ? { encryption } : {}),
    ...(bucket.directory === undefined ? {} : { zone: bucket.directory.zone }),
  }
}

/** Each under the right of whoever asks for it alone. */
async function settingsOf(
  rooms: GatewayRooms,
  permit: RequestPermit,
  { name: bucket }: BucketFacts,
): Promise<Pick<BucketFacts, 'versioning' | 'acl'>> {
  const versioning = await orRefused(async () => {
    const asked = { kind: 'get-bucket-versioning', bucket } as const
    return engine.getBucketVersioning(rooms.objects, await permit.permitFor(asked), asked)
  })
  const list = await orRefused(async () => {
    const asked = { kind: 'get-bucket-acl', bucket } as const
    return engine.getBucketAcl(rooms.objects, await permit.permitFor(asked), asked)
  })
  return {
    ...('value' in versioning ? { versioning: versioning.value.versioning } : {}),
    ...('value' in list ? { acl: list.value.acl } : {}),
  }
}

async function describeEncryption(
  rooms: GatewayRooms,
  permit: RequestPermit,
): Promise<Results['describe-bucket-encryption']> {
  const { bucket } = permit
  if (bucket === undefined) return refuse({ kind: 'internal' })
  const { encryption } = bucket
  const { key } = encryption
  if (key === undefined) return { encryption }
  const described = await orRefused(() => rooms.keys.describeKey(keyRequest(permit), key))
  if ('failure' in described) {
    return described.failure.kind === 'key-not-found' ? { encryption, keyUnknown: true } : { encryption }
  }
  const { arn, state, aliases } = described.value
  return { encryption, key: { arn, state, aliases } }
}

/** HEAD's own answer; checksums where the caller may open the data, tags where the caller may have them. */
async function describeObject(
  rooms: GatewayRooms,
  permit: RequestPermit,
  { bucket, key, versionId }: OperationOf<'describe-object'>,
): Promise<Results['describe-object']> {
  const version = versionId === undefined ? {} : { versionId }
  const target = { bucket, key, ...version } as const
  const head = { kind: 'head-object', ...target, conditions: {}, overrides: {} } as const
  const missing: MissingRight[] = []
  const whole = await orRefused(() => engine.headObject(rooms.objects, permit, { ...head, withChecksums: true }))
  if ('failure' in whole) noteMissing(missing, whole.failure)
  const { object } =
    'value' in whole ? whole.value : await engine.headObject(rooms.objects, permit, { ...head, withChecksums: false })
  const tags = await orRefused(async () => {
    const allowed = await permit.permitFor({ kind: 'get-object-tagging', ...target })
    return engine.getObjectTagging(rooms.objects, allowed, { kind: 'get-object-tagging', ...target })
  })
  if ('failure' in tags) noteMissing(missing, tags.failure)
  return { object, missing, ...('value' in tags ? { tags: tags.value.tags } : {}) }
}

function noteMissing(missing: MissingRight[], failure: Failure): void {
  if (failure.kind !== 'access-denied' || failure.action === undefined) return
  missing.push({ action: failure.action, resource: failure.resource ?? '*' })
}

/** Whether there is an object of the name, as far as the caller may know. The end of the upload decides it for good. */
async function isThere(rooms: GatewayRooms, permit: RequestPermit, target: ObjectTarget): Promise<boolean> {
  const found = await orRefused(async () => {
    const allowed = await permit.permitFor({ kind: 'head-object', ...target })
    const head = { kind: 'head-object', ...target, conditions: {}, overrides: {}, withChecksums: false } as const
    return engine.headObject(rooms.objects, allowed, head)
  })
  return 'value' in found
}

/** A link that is worth what its signer may, at every use; the right is asked for now, too (T-152). */
async function shareObject(
  rooms: GatewayRooms,
  permit: RequestPermit,
  operation: OperationOf<'share-object'>,
): Promise<Results['share-object']> {
  const { bucket, key, versionId, seconds, hostName, refusesEncrypted } = operation
  const version = versionId === undefined ? {} : { versionId }
  const head = { kind: 'head-object', bucket, key, ...version, conditions: {}, overrides: {} } as const
  const { object } = await engine.headObject(rooms.objects, permit, { ...head, withChecksums: false })
  if (object.encryption.mode === 'sse-c') refuse({ kind: 'not-shareable' })
  if (refusesEncrypted && object.encryption.mode !== 'none') refuse({ kind: 'not-shareable' })
  const { accessKeyId } = signed(permit)
  const secret = await rooms.sharing.secretOf(accessKeyId)
  if (secret === undefined) {
    return refuse({ kind: 'unsupported-operation', detail: 'links are signed by who signed in with an access key' })
  }
  const endpoint = rooms.sharing.endpointFor(hostName)
  const [, host = ''] = /^https?:\/\/(.+)$/.exec(endpoint) ?? []
  const rawPath = `/${bucket}/${encodeKey(key)}`
  const timeMs = rooms.now()
  const request = {
    method: 'GET',
    host,
    rawPath,
    ...(versionId === undefined ? {} : { rawQuery: `versionId=${versionId}` }),
  }
  const { rawQuery } = presignUrl(request, { accessKeyId, secret, region: rooms.region, timeMs }, seconds)
  const endsMs = timeMs + seconds * 1_000
  const detail = { durationSeconds: String(seconds) }
  permit.trail?.record({ action: 'coffer:ShareObject', resource: `arn:aws:s3:::${bucket}/${key}`, detail }, 'done')
  return { url: `${endpoint}${rawPath}?${rawQuery}`, endsMs, signer: signed(permit).arn }
}

/** A key as a path: everything but unreserved characters and slashes escaped (RFC 3986, 2.3). */
function encodeKey(key: string): string {
  return key
    .split('/')
    .map((segment) => encodeURIComponent(segment).replace(/[!'()*]/g, hexOf))
    .join('/')
}

function hexOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
