import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { metadataConformance } from './conformance.ts'
import { openPostgresMetadata } from './postgres.ts'

const url = process.env['COFFER_TEST_POSTGRES']

if (url === undefined) {
  const skip = 'set COFFER_TEST_POSTGRES to the URL of an empty PostgreSQL database'
  const required = process.env['COFFER_TEST_REQUIRE'] === 'all'
  test('postgres metadata: the conformance suite', required ? {} : { skip }, () => assert.fail(skip))
} else {
  metadataConformance('postgres', async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('drop table if exists coffer_metadata')
    await client.end()
    return openPostgresMetadata({ url })
  })
}
