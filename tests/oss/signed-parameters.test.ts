import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSignedByOssV1, OSS_EXEMPT_PARAMETERS } from '../../src/auth/signatures/oss-parameters.ts'
import { OSS_DISPATCH_PARAMETERS } from '../../src/dialects/oss/index.ts'

test('T-043 V1 signs every parameter on which the decoder’s choice depends', () => {
  assert.ok(OSS_DISPATCH_PARAMETERS.length > 60)
  assert.deepEqual(
    OSS_DISPATCH_PARAMETERS.filter((name) => !isSignedByOssV1(name)),
    [],
  )
  assert.deepEqual(
    OSS_DISPATCH_PARAMETERS.filter((name) => OSS_EXEMPT_PARAMETERS.has(name)),
    [],
  )
})
