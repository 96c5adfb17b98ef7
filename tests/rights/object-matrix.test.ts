/**
 * Every operation on objects, in every mode, with every right that it needs and without each of them, and with its key in
 * every state: what is allowed works, what lacks one right is refused, and nobody learns a key's state without a right.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { memoryServer } from '../servers.ts'
import { MODES, OBJECT_ACTIONS, type Mode, type ObjectAction, type Place } from './object-actions.ts'
import { newUser, setRights, type StatementText } from './people.ts'
import { customerKeyHeaders, ROOT, signedFetch, type Answered, type Credentials, type Wanted } from './signed-fetch.ts'

const KEY_STATES = ['enabled', 'disabled', 'pending-deletion'] as const
type KeyState = (typeof KEY_STATES)[number]

const REFUSED_BY_STATE: Readonly<Record<Exclude<KeyState, 'enabled'>, string>> = {
  disabled: 'KMS.DisabledException',
  'pending-deletion': 'KMS.KMSInvalidStateException',
}
const KMS_MODES: ReadonlySet<Mode> = new Set<Mode>(['sse-kms', 'bucket-key', 'dsse-kms'])
/** Cells that are allowed and use their place up: with exactly what is needed, and with everything. */
const PLACES_A_CELL = 2

let server: RunningCoffer
let user: Credentials
/** By mode and state: the key's ARN and how many places were used. */
const grounds = new Map<string, { readonly bucket: string; readonly keyArn: string; readonly places: Place[] }>()
let cells = 0

before(async () => {
  server = await memoryServer()
  user = await newUser(server.endpoint, 'matrix')
  for (const mode of MODES) {
    for (const state of KEY_STATES) await prepare(mode, state)
  }
})
after(async () => server.close())

async function asRoot(wanted: Wanted): Promise<Answered> {
  const answer = await signedFetch(server.endpoint, ROOT, wanted)
  assert.ok(answer.status < 300, `${wanted.method ?? 'GET'} ${wanted.path}: ${answer.text}`)
  return answer
}

async function admin(operation: string, query: string | undefined, body: object = {}): Promise<unknown> {
  const answer = await asRoot({
    ...{ method: 'POST', path: `/-/admin/v1/${operation}`, body: JSON.stringify(body) },
    ...(query === undefined ? {} : { query }),
    headers: { 'content-type': 'application/json' },
  })
  return JSON.parse(answer.text)
}

/** A bucket whose default is `mode`, with everything that the cells of this mode and state will find or use up. */
async function prepare(mode: Mode, state: KeyState): Promise<void> {
  const bucket = `m-${mode}-${state}`
  const made = await admin('create-key', undefined, { description: bucket })
  const keyArn = /"arn":"([^"]+)"/.exec(JSON.stringify(made))?.[1] ?? assert.fail()
  await asRoot({ method: 'PUT', path: `/${bucket}` })
  if (KMS_MODES.has(mode)) await setDefault(bucket, mode, keyArn)
  const customerKey = Buffer.alloc(32, bucket)
  const places: Place[] = []
  const consuming = OBJECT_ACTIONS.filter(({ consumes }) => consumes === true).length
  for (let index = 0; index <= consuming * PLACES_A_CELL; index++) {
    places.push(await makePlace({ bucket, mode, keyArn, customerKey, key: `k${index}` }))
  }
  grounds.set(`${mode} ${state}`, { bucket, keyArn, places })
  if (state === 'disabled') await admin('disable-key', `key=${encodeURIComponent(keyArn)}`)
  if (state === 'pending-deletion') await forceDeletion(mode, keyArn)
}

async function setDefault(bucket: string, mode: Mode, keyArn: string): Promise<void> {
  const algorithm = mode === 'dsse-kms' ? 'aws:kms:dsse' : 'aws:kms'
  const rule = `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm><KMSMasterKeyID>${keyArn}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>`
  const bucketKey = mode === 'bucket-key' ? '<BucketKeyEnabled>true</BucketKeyEnabled>' : ''
  const body = `<ServerSideEncryptionConfiguration><Rule>${rule}${bucketKey}</Rule></ServerSideEncryptionConfiguration>`
  await asRoot({ method: 'PUT', path: `/${bucket}`, query: 'encryption=', body })
}

async function makePlace(place: Omit<Place, 'uploadId' | 'partEtag'>): Promise<Place> {
  const headers = place.mode === 'sse-c' ? customerKeyHeaders(place.customerKey) : {}
  const path = `/${place.bucket}/${place.key}`
  await asRoot({ method: 'PUT', path, headers, body: 'here' })
  const created = await asRoot({ method: 'POST', path, query: 'uploads=', headers })
  const uploadId = /<UploadId>([^<]+)</.exec(created.text)?.[1] ?? assert.fail()
  const part = await asRoot({
    method: 'PUT',
    path,
    query: `partNumber=1&uploadId=${uploadId}`,
    headers,
    body: 'a part',
  })
  return { ...place, uploadId, partEtag: part.headers.get('etag') ?? assert.fail() }
}

/** A key that objects depend on cannot be scheduled for deletion: the state is set as the override of operators does it. */
async function forceDeletion(mode: Mode, keyArn: string): Promise<void> {
  if (!KMS_MODES.has(mode)) {
    await admin('schedule-key-deletion', `key=${encodeURIComponent(keyArn)}`, { pendingDays: 7 })
    return
  }
  await admin('schedule-key-deletion', `key=${encodeURIComponent(keyArn)}`, { pendingDays: 7, shred: true })
}

/** One way to hold rights, and whether that is enough. */
interface Holding {
  readonly name: string
  readonly statements: readonly StatementText[]
  readonly enough: boolean
  /** Not enough, but some right on the key. */
  readonly mayLearnState?: boolean
}

function allow(actions: readonly string[]): StatementText {
  return { Effect: 'Allow', Action: actions, Resource: '*' }
}

/** Exactly what is needed; everything; each needed right missing; each needed right denied; each unneeded right denied. */
function holdingsOf(s3: readonly string[], kms: readonly string[]): readonly Holding[] {
  const needed = [...s3, ...kms]
  const deny = (action: string): StatementText => ({ Effect: 'Deny', Action: action, Resource: '*' })
  const everything = allow(['s3:*', 'kms:*'])
  const unneeded = ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt', 's3:GetBucketPolicy', 's3:DeleteObjectVersion']
  return [
    { name: 'exactly what is needed', statements: [allow([...needed, 's3:ListBucket'])], enough: true },
    { name: 'everything', statements: [everything], enough: true },
    { name: 'nothing', statements: [allow(['s3:ListAllMyBuckets'])], enough: false },
    ...needed.map((action) => ({
      name: `all but ${action}`,
      statements: [allow([...needed.filter((one) => one !== action), 's3:ListBucket'])],
      enough: false,
      mayLearnState: kms.length > 1 && kms.includes(action),
    })),
    ...needed.map((action) => ({
      name: `everything, and ${action} denied`,
      statements: [everything, deny(action)],
      enough: false,
      mayLearnState: kms.length > 1 && kms.includes(action),
    })),
    ...unneeded
      .filter((action) => !needed.includes(action))
      .map((action) => ({
        name: `everything, and ${action}, which is not needed, denied`,
        statements: [everything, deny(action)],
        enough: true,
      })),
  ]
}

async function checkCell(action: ObjectAction, mode: Mode, state: KeyState, holding: Holding): Promise<void> {
  cells += 1
  const ground = grounds.get(`${mode} ${state}`) ?? assert.fail()
  const [first] = ground.places
  const needsKey = kmsOf(action, mode).length > 0
  const works = holding.enough && (!needsKey || state === 'enabled')
  // What uses its place up gets one of its own, where it will work, once; the other ways of holding enough need no second.
  if (works && action.consumes === true && holding.name !== 'exactly what is needed' && holding.name !== 'everything') {
    return
  }
  const place = works && action.consumes === true ? (ground.places.pop() ?? assert.fail()) : (first ?? assert.fail())
  await setRights(server.endpoint, 'matrix', holding.statements)
  const answer = await signedFetch(server.endpoint, user, action.request(place))
  const where = `${action.name}, ${mode}, key ${state}, ${holding.name}: ${answer.status} ${answer.text}`
  if (works) {
    assert.ok(answer.status < 300, where)
    return
  }
  const byState = state === 'enabled' ? undefined : REFUSED_BY_STATE[state]
  if (holding.enough) assert.equal(answer.code, byState, where)
  // Who holds one of several rights on the key may learn its state; who holds none, or lacks one on the object, may not.
  else if (!holding.mayLearnState || answer.code !== byState) assert.equal(answer.status, 403, where)
}

function kmsOf(action: ObjectAction, mode: Mode): readonly string[] {
  return KMS_MODES.has(mode) ? action.kms : (action.kmsOfPlain ?? [])
}

for (const mode of MODES) {
  describe(`rights on objects, ${mode}`, () => {
    for (const action of OBJECT_ACTIONS) {
      if (action.except?.includes(mode) === true) continue
      test(`T-074 T-090 ${action.name} in ${mode}: works with its rights, in every state of the key, and with nothing less`, async () => {
        for (const state of KEY_STATES) {
          for (const holding of holdingsOf(action.s3, kmsOf(action, mode)))
            await checkCell(action, mode, state, holding)
        }
      })
    }
  })
}

test('the matrix has at least 2,000 cells', () => {
  assert.ok(cells >= 2_000, String(cells))
})
