import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { sha256Hex, sha256OfPieces } from '../auth/index.ts'
import type { Download, Upload } from './admin-client.ts'
import { CommandFailure, EXIT } from './exit-codes.ts'
import { size } from './quantities.ts'

type Body = Pick<Upload, 'body' | 'sizeBytes' | 'sha256'>

/** Standard input is kept in memory, because its digest has to be signed before it is sent. */
export const MAX_INPUT_BYTES = 64 * 1024 * 1024
const NEW_FILE_MODE = 0o600

/** A file's bytes, read twice: once for the digest that is signed, once to send. */
export async function fileBody(path: string): Promise<Body> {
  try {
    const stats = await stat(path)
    if (!stats.isFile()) throw new CommandFailure(EXIT.usage, `${path} is not a file`)
    const sha256 = await sha256OfPieces(createReadStream(path))
    return { body: createReadStream(path), sizeBytes: stats.size, sha256 }
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    throw new CommandFailure(EXIT.notFound, `${path} cannot be read`)
  }
}

export async function inputBody(input: AsyncIterable<Uint8Array>): Promise<Body> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of input) {
    bytes += piece.length
    if (bytes > MAX_INPUT_BYTES) {
      throw new CommandFailure(EXIT.usage, `standard input is longer than ${size(MAX_INPUT_BYTES)}`, {
        tries: ['coffer object put <file> <bucket/key>'],
      })
    }
    pieces.push(piece)
  }
  const body = Buffer.concat(pieces, bytes)
  return { body, sizeBytes: bytes, sha256: sha256Hex(body) }
}

/** Writes beside the file and renames at the end: a file that is there is whole. */
export async function saveBody({ body, sizeBytes }: Download, path: string, overwrite: boolean): Promise<void> {
  if (!overwrite && (await exists(path))) {
    throw new CommandFailure(EXIT.conflict, `${path} exists. Nothing was changed.`, { tries: ['--overwrite'] })
  }
  const partial = `${path}.partial`
  const file = await open(partial, 'wx', NEW_FILE_MODE).catch(() => {
    throw new CommandFailure(EXIT.failed, `${partial} cannot be made; it may be left from an earlier attempt`)
  })
  let written = 0
  try {
    for await (const piece of body) {
      await file.writeFile(piece)
      written += piece.length
    }
    if (written !== sizeBytes) throw new CommandFailure(EXIT.away, 'the object ended before its end')
    await file.close()
    await rename(partial, path)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
