import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretBytes } from '../secrets/index.ts'
import { firstStartText, laterStartText, readyLine, type FirstStart } from './first-start.ts'

const SECRET = 'u3c1CANARYCANARYCANARYCANARYCANARYCA9Qe'
const FACTS: FirstStart = {
  version: '0.1.0',
  api: 'http://127.0.0.1:9000',
  region: 'us-east-1',
  account: '000000000001',
  data: './data',
  accessKeyId: 'CFR4N7Q2ZK6M0X8WJ5TD',
  secret: new SecretBytes(Buffer.from(SECRET)),
  rootKeyFile: './data/root.key',
}

test('golden: the first start on a terminal shows the secret, once more in the line to copy', () => {
  assert.equal(
    firstStartText(FACTS, true),
    `Coffer 0.1.0  first start in ./data

  Made for you
    account      000000000001
    access key   CFR4N7Q2ZK6M0X8WJ5TD
    secret key   ${SECRET}   <- shown now and never again
    root key     ./data/root.key   <- copy it to a safe place; without it nothing can be read

  AWS CLI
    export AWS_ACCESS_KEY_ID=CFR4N7Q2ZK6M0X8WJ5TD AWS_SECRET_ACCESS_KEY=${SECRET} AWS_REGION=us-east-1
    export AWS_ENDPOINT_URL=http://127.0.0.1:9000
    aws s3 mb s3://hello && echo hi | aws s3 cp - s3://hello/a.txt && aws s3api head-object --bucket hello --key a.txt
  More: coffer help connect      Stop: Ctrl-C
`,
  )
})

test('T-166 (part) off a terminal, where output is kept, the secret is not in it; the way to one is', () => {
  const text = firstStartText(FACTS, false)
  assert.equal(text.includes('CANARY'), false)
  assert.match(text, /coffer account recover-root/)
  assert.match(text, /CFR4N7Q2ZK6M0X8WJ5TD/)
})

test('a configured secret is never shown', () => {
  const { secret, ...configured } = FACTS
  assert.ok(secret !== undefined)
  assert.match(firstStartText(configured, true), /secret key {3}as configured/)
})

test('golden: the ready line is one line', () => {
  assert.equal(readyLine(FACTS), 'coffer ready api=http://127.0.0.1:9000 region=us-east-1 account=000000000001\n')
})

test('golden: a later start says what it opened', () => {
  const text = laterStartText({ version: '0.1.0', data: './data', buckets: 12, versions: 1_204_331 })
  assert.equal(text, 'Coffer 0.1.0  ./data: 12 buckets, 1,204,331 versions, root key ok\n')
})
