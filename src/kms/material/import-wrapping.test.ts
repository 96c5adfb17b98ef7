import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { test } from 'node:test'
import { WRAPPING_ALGORITHMS, type WrappingAlgorithm } from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { fingerprintOf, unwrapMaterial } from './import-wrapping.ts'
import { bytesOf } from '../keys/keys.fixture.ts'
import { materialId } from '../keys/material-version.ts'
import {
  hexOf,
  isRefused,
  numberOf,
  textOf,
  vectorCases,
  vectorFile,
  type VectorCase,
} from '../wraps/vectors.fixture.ts'

function algorithmOf(one: VectorCase): WrappingAlgorithm {
  const found = WRAPPING_ALGORITHMS.find((algorithm) => algorithm === one['algorithm'])
  return found ?? assert.fail('no algorithm')
}

test('T-107 material that another implementation wrapped comes out; every wrong wrap gives nothing at all', () => {
  const cases = vectorCases('envelopes/import-wraps')
  const key = hexOf(vectorFile('envelopes/import-wraps'), 'privateKey')
  const privateKey = createPrivateKey({ key, type: 'pkcs8', format: 'der' })
  for (const one of cases) {
    const opened = unwrapMaterial(privateKey, algorithmOf(one), hexOf(one, 'wrapped'))
    const name = `${textOf(one, 'algorithm')}: ${textOf(one, 'name')}`
    if (isRefused(one)) assert.equal(opened, undefined, name)
    else assert.deepEqual(opened === undefined ? undefined : bytesOf(opened), hexOf(one, 'material'), name)
  }
  assert.ok(cases.filter(isRefused).length > 30 && cases.length > 50)
})

test('ids and fingerprints of material are what another implementation makes of the page', () => {
  for (const one of vectorCases('envelopes/key-material')) {
    const uid = textOf(one, 'uid')
    if ('fingerprint' in one) {
      assert.equal(fingerprintOf(uid, new SecretBytes(hexOf(one, 'material'))), one['fingerprint'])
      continue
    }
    const version = numberOf(one, 'version')
    const made = { createdMs: numberOf(one, 'createdMs'), origin: 'initial' } as const
    const versions = Array.from({ length: version }, () => made)
    assert.equal(materialId({ uid, versions: [...versions.slice(1), { ...made }] }, version), one['id'])
  }
})
