import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownVectors } from '../../tests/own-vectors.ts'
import { SecretBytes } from '../secrets/index.ts'
import { checkpointSigner, checkpointVerifier, splitNotes } from './checkpoint-note.ts'
import { LedgerCheck } from './ledger-check.ts'
import { ledgerLine, lineHash, NO_HASH } from './ledger-rows.ts'
import { GrowingTree, inclusionRanges, RangeRoots, rootOfProof } from './merkle-tree.ts'

interface Vector {
  readonly name: string
  readonly records: readonly string[]
  readonly lines: readonly string[]
  readonly root: string
  readonly proofs: readonly { readonly index: number; readonly hashes: readonly string[] }[]
  readonly auditKey: string
  readonly origin: string
  readonly verifierKey: string
  readonly note: string
}

function isVector(value: unknown): value is Vector {
  return typeof value === 'object' && value !== null && 'lines' in value && 'proofs' in value && 'note' in value
}

const VECTORS = ownVectors('audit/ledger.json').filter(isVector)

test('there are vectors of the ledger', () => assert.equal(VECTORS.length, 15))

for (const { name, records, lines, root, proofs, auditKey, origin, verifierKey, note } of VECTORS) {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex')

  test(`ledger vector, ${name}: lines, tree and proofs`, () => {
    const tree = new GrowingTree()
    let previous = NO_HASH
    const written = records.map((record, number) => {
      const line = ledgerLine(number, previous, record)
      const hash = lineHash(line)
      previous = hash.toString('base64')
      tree.append(hash)
      return line
    })
    assert.deepEqual(written, lines)
    assert.equal(tree.root().toString('hex'), root)
    assert.deepEqual(new GrowingTree(tree.size, tree.peaks).root(), tree.root())
    const leaves = lines.map(lineHash)
    for (const { index, hashes } of proofs) {
      const roots = new RangeRoots(inclusionRanges(index, leaves.length))
      for (const [number, leaf] of leaves.entries()) roots.add(number, leaf)
      assert.deepEqual(
        roots.roots().map((one) => one.toString('hex')),
        hashes,
      )
      const leaf = leaves[index] ?? assert.fail()
      const proof = hashes.map(hex)
      assert.equal(rootOfProof(leaf, index, leaves.length, proof)?.toString('hex'), root)
      // Any other place, any other length, any other hash: another root, or none.
      for (const [place, size, path] of [
        [index + 1, leaves.length, proof],
        [index, leaves.length * 2 + 1, proof],
        [index, leaves.length, proof.slice(1)],
        [index, leaves.length, [...proof, leaf]],
        [index, leaves.length, proof.map((one) => Buffer.from(one.map((byte) => byte ^ 1)))],
      ] as const) {
        const changed = JSON.stringify([place, size, path]) !== JSON.stringify([index, leaves.length, proof])
        if (changed) assert.notEqual(rootOfProof(leaf, place, size, path)?.toString('hex'), root)
      }
    }
  })

  test(`ledger vector, ${name}: the checkpoint is signed alike, and opens with its key only`, () => {
    const signer = checkpointSigner(new SecretBytes(hex(auditKey)), origin)
    assert.equal(signer.verifierKey, verifierKey)
    assert.equal(signer.sign(records.length, hex(root)), note)
    const verifier = checkpointVerifier(verifierKey) ?? assert.fail('no verifier')
    assert.deepEqual(verifier.open(note), { origin, size: records.length, root: hex(root) })
    const other = checkpointSigner(new SecretBytes(Buffer.alloc(32, 1)), origin)
    assert.equal(checkpointVerifier(other.verifierKey)?.open(note), undefined)
    for (let at = 0; at < note.length; at++) {
      const code = note.charCodeAt(at)
      const changed = `${note.slice(0, at)}${String.fromCharCode(code ^ 1)}${note.slice(at + 1)}`
      assert.equal(verifier.open(changed), undefined, `character ${at}`)
    }
    assert.deepEqual(splitNotes(`${note}\n${note}`), [note, note])
    // Signatures of others beside ours are passed over.
    assert.ok(verifier.open(`${note}— witness.example AAAA\n`) !== undefined)
  })
}

interface WrongVector {
  readonly name: string
  readonly kind: 'lines' | 'proof' | 'note'
  readonly lines: readonly string[]
  readonly line: string
  readonly index: number
  readonly size: number
  readonly hashes: readonly string[]
  readonly root: string
  readonly note: string
  readonly verifierKey: string
}

function isWrong(value: unknown): value is WrongVector {
  return typeof value === 'object' && value !== null && 'result' in value && value.result === 'invalid'
}

for (const wrong of ownVectors('audit/ledger.json').filter(isWrong)) {
  test(`ledger vector, ${wrong.kind}: ${wrong.name} is refused`, () => {
    const { lines, line, index, size, hashes, root, note, verifierKey } = wrong
    switch (wrong.kind) {
      case 'lines': {
        const check = new LedgerCheck()
        const head = { segment: 0, first: 0, stream: 's', previous: NO_HASH }
        check.segment(0, { head, lines, text: '' })
        assert.equal(check.report().intact, false)
        return
      }
      case 'proof': {
        const found = rootOfProof(
          lineHash(line),
          index,
          size,
          hashes.map((one) => Buffer.from(one, 'hex')),
        )
        assert.notEqual(found?.toString('hex'), root)
        return
      }
      case 'note':
        assert.equal(checkpointVerifier(verifierKey)?.open(note), undefined)
    }
  })
}

test('verifier keys that are none are refused', () => {
  for (const text of ['', 'a+b+c', 'x+00000000+AQ==', VECTORS[0]?.verifierKey.replace('+', '+0') ?? '']) {
    assert.equal(checkpointVerifier(text), undefined)
  }
})
