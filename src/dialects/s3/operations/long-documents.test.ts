import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withTurns } from '../../../../tests/event-loop-turns.ts'
import type { Operation } from '../../../operations/index.ts'
import { XML_SLICE_UNITS } from '../../xml.ts'
import { createS3Dialect } from '../s3-dialect.ts'
import { OPTIONS, viewOf, type FixtureRequest } from '../s3-request.fixture.ts'

const UPLOAD = '0'.repeat(48)
const SHA256 = Buffer.alloc(32, 7).toString('base64')

async function build(request: FixtureRequest, document: string): Promise<Operation> {
  return createS3Dialect(OPTIONS).decode(viewOf(request)).build(Buffer.from(document, 'utf8'))
}

describe('T-164 part the longest documents are read in slices, and others have their turn between', () => {
  it('CompleteMultipartUpload: ten thousand parts with all that can be said of them', async () => {
    const parts = Array.from({ length: 10_000 }, (_, index) => {
      const etag = `&quot;${String(index).padStart(32, '0')}&quot;`
      const checksum = `<ChecksumSHA256>${SHA256}</ChecksumSHA256>`
      return `<Part>\n  <ETag>${etag}</ETag>${checksum}<PartNumber>${index + 1}</PartNumber>\n</Part>`
    })
    const document = `<CompleteMultipartUpload>${parts.join('\n')}</CompleteMultipartUpload>`
    const request = { method: 'POST', path: '/bucket/k', query: `uploadId=${UPLOAD}` } as const
    const { result, turns } = await withTurns(() => build(request, document))
    assert.ok(result.kind === 'complete-upload')
    assert.equal(result.parts.length, 10_000)
    assert.equal(result.parts[9_999]?.etag, '9999'.padStart(32, '0'))
    // Slices of the text, and 256 parts at a time after it.
    assert.ok(turns >= Math.floor(document.length / XML_SLICE_UNITS) + 38, `${turns} turns, ${document.length} bytes`)
  })

  it('DeleteObjects: a thousand names of the longest kind, every character a reference', async () => {
    const object = `<Object><Key>${'&#x61;'.repeat(300)}</Key></Object>`
    const document = `<Delete>${object.repeat(1_000)}</Delete>`
    const headers = { 'content-md5': Buffer.alloc(16).toString('base64') }
    const request = { method: 'POST', path: '/bucket', query: 'delete', headers } as const
    const { result, turns } = await withTurns(() => build(request, document))
    assert.ok(result.kind === 'delete-objects')
    assert.equal(result.entries.length, 1_000)
    assert.ok(turns >= Math.floor(document.length / XML_SLICE_UNITS), `${turns} turns, ${document.length} bytes`)
  })

  it('a refusal comes with the slice that deserves it', async () => {
    const flood = `<CompleteMultipartUpload>${'<Part/>'.repeat(90_000)}`
    const request = { method: 'POST', path: '/bucket/k', query: `uploadId=${UPLOAD}` } as const
    const { result, turns } = await withTurns(() => build(request, flood).catch((error: unknown) => error))
    assert.ok(result instanceof Error)
    // 80,016 elements are the most: the rest of the document is not looked at.
    assert.ok(turns < flood.length / XML_SLICE_UNITS)
  })
})
