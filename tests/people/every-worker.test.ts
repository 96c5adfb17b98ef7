import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { iam, newUser, setRights } from '../rights/people.ts'
import { ROOT, signedFetch, type Credentials } from '../rights/signed-fetch.ts'
import { spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'

const ROUNDS = 12
/** Connections at once: with three workers, some reach each of them. */
const ASKERS = 8
const directory = testDirectory()
let server: SpawnedCoffer

before(async () => {
  server = await spawnServer({ data: join(directory.path, 'data'), workers: 3 })
  const put = { method: 'PUT', path: '/of-the-root' }
  assert.equal((await signedFetch(server.endpoint, ROOT, put)).status, 200)
})
after(async () => {
  await server.kill().catch(() => undefined)
  directory.remove()
})

/** What listing the bucket is answered, by many at once, each once before so that every process has seen the caller. */
async function statuses(who: Credentials): Promise<readonly number[]> {
  const answers = await Promise.all(
    Array.from({ length: ASKERS }, () => signedFetch(server.endpoint, who, { method: 'GET', path: '/of-the-root' })),
  )
  return [...new Set(answers.map(({ status }) => status))]
}

test('T-078 T-064 a right that was given or taken, a key that was switched off or on, counts for the next request of every worker', async () => {
  const { endpoint } = server
  const ann = await newUser(endpoint, 'ann')
  const statement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::of-the-root' } as const
  const key = { UserName: 'ann', AccessKeyId: ann.accessKeyId }
  for (let round = 0; round < ROUNDS; round++) {
    assert.deepEqual(await statuses(ann), [403], `round ${round}: nothing was given`)
    await setRights(endpoint, 'ann', [statement])
    assert.deepEqual(await statuses(ann), [200], `round ${round}: given`)
    await iam(endpoint, 'UpdateAccessKey', { ...key, Status: 'Inactive' })
    assert.deepEqual(await statuses(ann), [403], `round ${round}: switched off`)
    await iam(endpoint, 'UpdateAccessKey', { ...key, Status: 'Active' })
    assert.deepEqual(await statuses(ann), [200], `round ${round}: switched on`)
    await iam(endpoint, 'DeleteUserPolicy', { UserName: 'ann', PolicyName: 'rights' })
  }
})

test('many changes at once, through every worker, all happen', async () => {
  const { endpoint } = server
  const names = Array.from({ length: 24 }, (_, at) => `user-${String(at).padStart(2, '0')}`)
  await Promise.all(names.map((UserName) => iam(endpoint, 'CreateUser', { UserName })))
  const listed = await iam(endpoint, 'ListUsers', {})
  for (const name of names) assert.ok(listed.includes(`<UserName>${name}</UserName>`), name)
})
