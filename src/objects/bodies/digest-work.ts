/** The program of the digest thread: digests what lies in shared memory, one message after the other. */
import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { startChecksum, type RunningChecksum } from './checksums.ts'
import type { DigestReply, DigestRequest } from './digest-messages.ts'

interface Lane {
  readonly md5: Hash | undefined
  readonly checksum: RunningChecksum | undefined
}

const lanes = new Map<number, Lane>()
const blocks = new Map<number, Uint8Array>()

function laneOf(number: number): Lane {
  const lane = lanes.get(number)
  if (lane === undefined) throw new Error('a body that did not begin')
  return lane
}

function blockOf(request: Extract<DigestRequest, { kind: 'block' }>): Uint8Array {
  if (request.memory !== undefined) blocks.set(request.block, new Uint8Array(request.memory))
  const block = blocks.get(request.block)
  if (block === undefined) throw new Error('a block that was never given')
  return block.subarray(0, request.bytes)
}

async function answer(request: DigestRequest): Promise<DigestReply | undefined> {
  switch (request.kind) {
    case 'begin': {
      const { md5, checksum } = request.plan
      lanes.set(request.lane, {
        md5: md5 ? createHash('md5') : undefined,
        checksum: checksum === undefined ? undefined : await startChecksum(checksum),
      })
      return undefined
    }
    case 'block': {
      const lane = laneOf(request.lane)
      const block = blockOf(request)
      lane.md5?.update(block)
      lane.checksum?.update(block)
      // It holds plaintext, and nobody knows when it will be filled again.
      block.fill(0)
      return { kind: 'free', block: request.block }
    }
    case 'finish': {
      const { md5, checksum } = laneOf(request.lane)
      lanes.delete(request.lane)
      const values = {
        ...(md5 === undefined ? {} : { md5: Uint8Array.from(md5.digest()) }),
        ...(checksum === undefined ? {} : { checksum: Uint8Array.from(checksum.value()) }),
      }
      return { kind: 'digests', lane: request.lane, values }
    }
    case 'abandon':
      laneOf(request.lane).checksum?.abandon()
      lanes.delete(request.lane)
      return undefined
    case 'release':
      blocks.delete(request.block)
      return undefined
  }
}

let turn: Promise<void> = Promise.resolve()
parentPort?.on('message', (request: DigestRequest) => {
  // In order, also where a checksum has to be made ready first. What throws ends the thread, and all its bodies.
  turn = turn.then(async () => {
    const reply = await answer(request)
    if (reply !== undefined) parentPort?.postMessage(reply)
  })
})
