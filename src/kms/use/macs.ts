import { refuse, type KeyUseOperation, type KeyUseResults, type MacAlgorithm } from '../../operations/index.ts'
import { equalInConstantTime } from '../../secrets/index.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { useKey, type UsedKey } from './use-key.ts'

export const MAX_MESSAGE_BYTES = 4_096

type GenerateMac = Extract<KeyUseOperation, { readonly kind: 'generate-mac' }>
type VerifyMac = Extract<KeyUseOperation, { readonly kind: 'verify-mac' }>

export async function generateMac(
  rooms: KeyRooms,
  request: KeyRequest,
  wanted: Omit<GenerateMac, 'kind'>,
): Promise<KeyUseResults['generate-mac']> {
  const { result, keyArn } = await macUse(rooms, request, 'kms:GenerateMac', wanted, async (mac) => mac)
  return { keyArn, mac: result, algorithm: wanted.algorithm }
}

/** A MAC that is not right is `invalid-mac`, whatever is wrong with it. */
export async function verifyMac(
  rooms: KeyRooms,
  request: KeyRequest,
  wanted: Omit<VerifyMac, 'kind'>,
): Promise<KeyUseResults['verify-mac']> {
  const { keyArn } = await macUse(rooms, request, 'kms:VerifyMac', wanted, async (mac) => {
    if (!equalInConstantTime(mac, wanted.mac)) refuse({ kind: 'invalid-mac' })
  })
  return { keyArn, algorithm: wanted.algorithm }
}

function macUse<Result>(
  rooms: KeyRooms,
  request: KeyRequest,
  action: string,
  wanted: { readonly key: string; readonly message: Uint8Array; readonly algorithm: MacAlgorithm },
  then: (mac: Buffer) => Promise<Result>,
): Promise<UsedKey<Result>> {
  const { key, message, algorithm } = wanted
  demandMessage(message)
  const terms = { key, action, usage: 'GENERATE_VERIFY_MAC', algorithm } as const
  const facts = { extra: { 'kms:macalgorithm': [algorithm] }, detail: { macAlgorithm: algorithm } }
  return useKey(rooms, request, { ...terms, ...facts }, async (handle) => {
    const { macs } = rooms.keyStore
    if (macs === undefined) return refuse({ kind: 'unsupported-operation', detail: 'HMAC keys in this key store' })
    return then(await macs.mac(handle, algorithm, message))
  })
}

/** Refuses a message that is empty or longer than 4,096 bytes. */
export function demandMessage(message: Uint8Array): void {
  if (message.length >= 1 && message.length <= MAX_MESSAGE_BYTES) return
  refuse({ kind: 'invalid-argument', argument: 'Message', detail: `1 to ${MAX_MESSAGE_BYTES} bytes` })
}
