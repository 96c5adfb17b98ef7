import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminClient } from './admin-calls.ts'
import { awsOf, findAwsClis } from './aws-cli/aws-command.ts'
import { done, type Step } from './aws-cli/cli-bench.ts'
import { recordingProxy } from './aws-cli/recording-proxy.ts'
import {
  copiesLarge,
  copiesSmall,
  copiesStreams,
  encrypts,
  encryptsWithCustomerKey,
  listsBuckets,
  movesAndRemoves,
  presigns,
  removesBucket,
  syncsFolder,
} from './aws-cli/s3-steps.ts'
import { sendsParts, setsDefault, tellsRefusals, usesVersions } from './aws-cli/s3api-steps.ts'
import { memoryServer, testDirectory } from './servers.ts'

const MISSING = 'no AWS CLI on this machine'
const clis = findAwsClis()
const skipped = clis.length > 0 || process.env['COFFER_TEST_REQUIRE'] === 'all' ? {} : { skip: MISSING }
if (clis.length === 0) test('the AWS CLI works, unmodified', skipped, () => assert.fail(MISSING))

for (const [index, cli] of clis.entries()) {
  test(`${cli.version} works, unmodified`, async (t) => {
    const server = await memoryServer()
    t.after(() => server.close())
    const proxy = await recordingProxy(server)
    t.after(() => proxy.close())
    const directory = testDirectory()
    t.after(() => directory.remove())
    const { key } = await adminClient(server).call('create-key', {}, { alias: 'alias/cli' })
    const home = directory.path
    const bench = { aws: awsOf(cli, proxy.endpoint, home), proxy, home, keyArn: key.arn, cli }
    await bench.aws('s3', 'mb', 's3://work').then(done)
    for (const [name, step] of Object.entries(index === 0 ? STEPS : BODY_STEPS))
      await t.test(name, (inner) => step(bench, inner))
    await t.test(
      'S3-80 (part) S3-103 (part) the CLI puts, reads and removes a default, with a header that it computes by itself',
      (inner) => setsDefault(bench, inner),
    )
  })
}

/** Where versions of the CLI differ: how they send bodies, and what they compute over them. */
const BODY_STEPS: Readonly<Record<string, Step>> = {
  's3 cp of a small file, and back': copiesSmall,
  's3 cp of 20 MiB in parts, and back in ranges': copiesLarge,
  's3 cp from standard input and to standard output': copiesStreams,
  's3 cp with a customer key': encryptsWithCustomerKey,
}

const STEPS: Readonly<Record<string, Step>> = {
  ...BODY_STEPS,
  's3 mb and ls': listsBuckets,
  's3 mv and rm': movesAndRemoves,
  's3 sync of a folder, twice, and back': syncsFolder,
  's3 cp with --sse, and s3api head-object': encrypts,
  's3api multipart: create, upload, list, complete, abort': sendsParts,
  's3api versions, tags, ranges, copies and bulk deletion': usesVersions,
  's3 presign: whoever has the address reads, and nothing else': presigns,
  's3api says what was refused': tellsRefusals,
  's3 rb --force': removesBucket,
}
