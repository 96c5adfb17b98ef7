import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { refuse, type KeyUseOperation, type KeyUseResults, type SigningAlgorithm } from '../../operations/index.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { demandMessage } from './macs.ts'
import { SIGNINGS } from '../stores/key-material.ts'
import type { PairMaterial } from '../stores/key-store.ts'
import { useKey } from './use-key.ts'

type Asked<Kind extends KeyUseOperation['kind']> = Omit<Extract<KeyUseOperation, { readonly kind: Kind }>, 'kind'>

export async function getPublicKey(
  rooms: KeyRooms,
  request: KeyRequest,
  { key }: Asked<'get-public-key'>,
): Promise<KeyUseResults['get-public-key']> {
  const terms = { key, action: 'kms:GetPublicKey', usage: 'SIGN_VERIFY' } as const
  const { result, keyArn } = await useKey(rooms, request, terms, async (handle, { spec, usage }) => {
    return { publicKey: await pairsOf(rooms).publicKey(handle), spec, usage }
  })
  return { keyArn, ...result }
}

export async function sign(
  rooms: KeyRooms,
  request: KeyRequest,
  wanted: Asked<'sign'>,
): Promise<KeyUseResults['sign']> {
  const { message, algorithm } = wanted
  demandRaw(wanted)
  const { result, keyArn } = await useKey(rooms, request, termsOf('kms:Sign', wanted), (handle) =>
    pairsOf(rooms).sign(handle, algorithm, message),
  )
  return { keyArn, signature: result, algorithm }
}

/** A signature that is not right is `invalid-signature`, whatever is wrong with it. */
export async function verify(
  rooms: KeyRooms,
  request: KeyRequest,
  wanted: Asked<'verify'>,
): Promise<KeyUseResults['verify']> {
  const { message, signature, algorithm } = wanted
  demandRaw(wanted)
  const { keyArn } = await useKey(rooms, request, termsOf('kms:Verify', wanted), async (handle) => {
    const publicKey = await pairsOf(rooms).publicKey(handle)
    if (!(await holds(publicKey, algorithm, message, signature))) refuse({ kind: 'invalid-signature' })
  })
  return { keyArn, algorithm }
}

function termsOf(
  action: string,
  { key, algorithm, messageType }: Pick<Asked<'sign'>, 'key' | 'algorithm' | 'messageType'>,
): Parameters<typeof useKey>[2] {
  const extra = { 'kms:signingalgorithm': [algorithm], 'kms:messagetype': [messageType.toUpperCase()] }
  return { key, action, usage: 'SIGN_VERIFY', algorithm, extra, detail: { signingAlgorithm: algorithm, messageType } }
}

/** OpenSSL's interface in Node signs messages: what was digested elsewhere cannot be signed with every kind of key. */
function demandRaw({ message, messageType }: Pick<Asked<'sign'>, 'message' | 'messageType'>): void {
  demandMessage(message)
  if (messageType !== 'raw') refuse({ kind: 'unsupported-operation', detail: 'MessageType DIGEST; RAW is supported' })
}

function pairsOf(rooms: KeyRooms): PairMaterial {
  return rooms.keyStore.pairs ?? refuse({ kind: 'unsupported-operation', detail: 'key pairs in this key store' })
}

async function holds(
  publicKey: Buffer,
  algorithm: SigningAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { hash, options } = SIGNINGS[algorithm]
  const key = createPublicKey({ key: publicKey, type: 'spki', format: 'der' })
  return new Promise((resolve, reject) => {
    verifySignature(hash, message, { key, ...options }, signature, (error, right) => {
      if (error === null) resolve(right)
      else reject(error)
    })
  })
}
