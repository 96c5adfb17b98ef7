import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { hkdfExpand, type SecretBytes } from '../secrets/index.ts'

/** What a checkpoint says: the log had so many records, and this is the root of the tree over them. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** A checkpoint body (C2SP tlog-checkpoint) in a signed note (C2SP signed-note), with Ed25519. */
export interface CheckpointSigner {
  readonly origin: string
  /** `<origin>+<key id>+<base64 of 01 and the key>`: what other verifiers of signed notes take. */
  readonly verifierKey: string
  sign(size: number, root: Uint8Array): string
}

export interface CheckpointVerifier {
  readonly origin: string
  /** What a note says, if this key signed it. */
  open(note: string): Checkpoint | undefined
}

const SEED_LABEL = Buffer.from('coffer/audit-checkpoint/v1\0', 'ascii')
const SEED_BYTES = 32
const ED25519 = 1
/** RFC 8410: what stands before the 32 bytes of a private and of a public key. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
const MAX_NOTE_CHARS = 4_096

/** The signer of a log: its key follows from the deployment's audit key, which lies wrapped under the cluster key. */
export function checkpointSigner(auditKey: SecretBytes, origin: string): CheckpointSigner {
  const seed = auditKey.expose((bytes) => hkdfExpand('sha512', bytes, SEED_LABEL, SEED_BYTES))
  return signerFromSeed(seed, origin)
}

/** Overwrites `seed`. */
export function signerFromSeed(seed: Uint8Array, origin: string): CheckpointSigner {
  const der = Buffer.concat([PKCS8_HEAD, seed])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  seed.fill(0)
  der.fill(0)
  const raw = rawPublicKey(createPublicKey(key))
  const id = keyId(origin, raw)
  return {
    origin,
    verifierKey: `${origin}+${id.toString('hex')}+${Buffer.concat([Buffer.of(ED25519), raw]).toString('base64')}`,
    sign: (size, root) => {
      const text = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
      const signature = sign(null, Buffer.from(text, 'utf8'), key)
      return `${text}\n— ${origin} ${Buffer.concat([id, signature]).toString('base64')}\n`
    },
  }
}

/** Undefined: this is no verifier key of the Ed25519 kind. */
export function checkpointVerifier(verifierKey: string): CheckpointVerifier | undefined {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifierKey)
  const [, origin = '', idText = '', keyText = ''] = match ?? []
  const typed = Buffer.from(keyText, 'base64')
  const raw = typed.subarray(1)
  const id = keyId(origin, raw)
  if (typed[0] !== ED25519 || raw.length !== SEED_BYTES || id.toString('hex') !== idText) return undefined
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' })
  return { origin, open: (note) => openNote(note, origin, id, key) }
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length)
}

function keyId(origin: string, raw: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(`${origin}\n`, 'utf8'), Buffer.of(ED25519), raw])
  return createHash('sha256').update(named).digest().subarray(0, 4)
}

/** Lines of other signers, and lines that a later version adds to the body, are passed over. */
function openNote(note: string, origin: string, id: Buffer, key: KeyObject): Checkpoint | undefined {
  if (note.length > MAX_NOTE_CHARS) return undefined
  const split = note.indexOf('\n\n')
  if (split < 0) return undefined
  const text = note.slice(0, split + 1)
  const signed = note
    .slice(split + 2)
    .split('\n')
    .some((line) => isSignedBy(line, text, origin, id, key))
  const [first, sizeText = '', rootText = ''] = text.split('\n')
  const size = /^(0|[1-9]\d{0,15})$/.test(sizeText) ? Number(sizeText) : NaN
  const root = Buffer.from(rootText, 'base64')
  if (!signed || first !== origin || !Number.isSafeInteger(size) || root.toString('base64') !== rootText) {
    return undefined
  }
  return root.length === 32 ? { origin, size, root } : undefined
}

function isSignedBy(line: string, text: string, origin: string, id: Buffer, key: KeyObject): boolean {
  const head = `— ${origin} `
  if (!line.startsWith(head)) return false
  const written = line.slice(head.length)
  const bytes = Buffer.from(written, 'base64')
  if (bytes.toString('base64') !== written) return false
  return bytes.subarray(0, 4).equals(id) && verify(null, Buffer.from(text, 'utf8'), key, bytes.subarray(4))
}

/** In a file of notes, in the place of a signature: what stands before it was cut off by a crash, and is passed over. */
export const INTERRUPTED_NOTE = '— interrupted'

/** The notes of a text that holds several, one behind the other with an empty line between them. */
export function splitNotes(text: string): readonly string[] {
  const notes: string[] = []
  let note = ''
  for (const line of text.split('\n')) {
    if (line === '' && /^— /m.test(note)) {
      notes.push(note)
      note = ''
    } else if (line !== '' || note !== '') note += `${line}\n`
  }
  if (note.trim() !== '') notes.push(note)
  return notes
}
