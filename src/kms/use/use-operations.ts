import {
  refuse,
  type DataKeyPairWanted,
  type DataKeyWanted,
  type KeyUseOperation,
  type KeyUseResults,
} from '../../operations/index.ts'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { decrypt, demandRandomSize, encrypt, endDryRun, generateDataKey, reEncrypt, sealAs } from './data-keys.ts'
import type { KeyAsk } from '../keys/key-context.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { generateMac, verifyMac } from './macs.ts'
import { getPublicKey, sign, verify } from './signatures.ts'
import { freshPair } from '../stores/key-material.ts'

/** Everything that can be asked of a key's material, by its operation. Each asks for its own right, as the caller. */
export type KeyUses = {
  readonly [Kind in KeyUseOperation['kind']]: (
    request: KeyRequest,
    wanted: Omit<Extract<KeyUseOperation, { readonly kind: Kind }>, 'kind' | 'grantTokens' | 'dryRun'>,
  ) => Promise<KeyUseResults[Kind]>
}

const MAX_RANDOM_BYTES = 1_024

/** What conditions, and the vendors that tell the two apart, may know of it. */
function dataKeyFact(dataKey: true | undefined): { readonly extra?: NonNullable<KeyAsk['extra']> } {
  return dataKey === undefined ? {} : { extra: { 'coffer:datakey': ['true'] } }
}
const ALGORITHM = 'SYMMETRIC_DEFAULT'

export function createKeyUses(rooms: KeyRooms): KeyUses {
  return {
    encrypt: async (request, wanted) => {
      const plaintext = new SecretBytes(wanted.plaintext.expose((bytes) => Uint8Array.from(bytes)))
      try {
        const { blob, use, materialId } = await encrypt(rooms, request, {
          ...{ ...wanted, plaintext, ...dataKeyFact(wanted.dataKey) },
        })
        return { keyArn: use.arn, materialId, ciphertext: blob, algorithm: ALGORITHM }
      } finally {
        plaintext.wipe()
      }
    },
    decrypt: async (request, { key, ciphertext, dataKey, ...wanted }) => {
      const expected = key === undefined ? {} : { expectKey: key }
      const opened = await decrypt(rooms, request, {
        blob: ciphertext,
        ...wanted,
        ...expected,
        ...dataKeyFact(dataKey),
      })
      const { plaintext, use, materialId } = opened
      return { keyArn: use.arn, materialId, plaintext, algorithm: ALGORITHM }
    },
    're-encrypt': async (request, { ciphertext, ...wanted }) => {
      const done = await reEncrypt(rooms, request, { blob: ciphertext, ...wanted })
      const { blob, use, materialId, source, sourceMaterialId } = done
      const from = { sourceKeyArn: source.arn, sourceMaterialId, sourceAlgorithm: ALGORITHM } as const
      return { keyArn: use.arn, materialId, ciphertext: blob, algorithm: ALGORITHM, ...from }
    },
    'generate-data-key': async (request, wanted) => {
      const { plaintext, blob, use, materialId } = await generateDataKey(rooms, request, wanted)
      return { keyArn: use.arn, materialId, ciphertext: blob, plaintext }
    },
    'generate-data-key-without-plaintext': (request, wanted) => withoutPlaintext(rooms, request, wanted),
    'generate-data-key-pair': async (request, wanted) => {
      const { privateKey, ...pair } = await dataKeyPair(rooms, request, wanted, 'kms:GenerateDataKeyPair')
      return { ...pair, privatePlaintext: privateKey }
    },
    'generate-data-key-pair-without-plaintext': async (request, wanted) => {
      const action = 'kms:GenerateDataKeyPairWithoutPlaintext'
      const { privateKey, ...pair } = await dataKeyPair(rooms, request, wanted, action)
      privateKey.wipe()
      return pair
    },
    'generate-random': async (request, { sizeBytes }) => generateRandom(rooms, request, sizeBytes),
    'generate-mac': async (request, wanted) => generateMac(rooms, request, wanted),
    'verify-mac': async (request, wanted) => verifyMac(rooms, request, wanted),
    'get-public-key': (request, wanted) => getPublicKey(rooms, request, wanted),
    sign: (request, wanted) => sign(rooms, request, wanted),
    verify: (request, wanted) => verify(rooms, request, wanted),
  }
}

async function withoutPlaintext(
  rooms: KeyRooms,
  request: KeyRequest,
  wanted: Pick<DataKeyWanted, 'key' | 'sizeBytes' | 'context'>,
): Promise<KeyUseResults['generate-data-key-without-plaintext']> {
  const made = await generateDataKey(rooms, request, wanted, 'kms:GenerateDataKeyWithoutPlaintext')
  made.plaintext.wipe()
  return { keyArn: made.use.arn, materialId: made.materialId, ciphertext: made.blob }
}

/** The pair is made when everything is allowed: making one costs up to a second of the machine. */
async function dataKeyPair(
  rooms: KeyRooms,
  request: KeyRequest,
  { key, context, pairSpec }: Pick<DataKeyPairWanted, 'key' | 'context' | 'pairSpec'>,
  action: string,
): Promise<KeyUseResults['generate-data-key-pair-without-plaintext'] & { readonly privateKey: SecretBytes }> {
  const made: { publicKey: Buffer; privateKey: SecretBytes }[] = []
  const plaintext = async (): Promise<SecretBytes> => {
    const pair = await freshPair(pairSpec)
    made.push(pair)
    return pair.privateKey
  }
  try {
    const extra = { 'kms:datakeypairspec': [pairSpec] }
    const { blob, use, materialId } = await sealAs(rooms, request, action, { key, context, plaintext, extra })
    const [pair] = made
    if (pair === undefined) return refuse({ kind: 'internal' })
    return { keyArn: use.arn, materialId, pairSpec, privateCiphertext: blob, ...pair }
  } catch (error) {
    for (const { privateKey } of made) privateKey.wipe()
    throw error
  }
}

async function generateRandom(
  rooms: KeyRooms,
  request: KeyRequest,
  sizeBytes: number,
): Promise<KeyUseResults['generate-random']> {
  const event = { action: 'kms:GenerateRandom', resource: '*' }
  try {
    await rooms.rights.demandAccount(request, event.action, '*')
    demandRandomSize(sizeBytes, MAX_RANDOM_BYTES)
    endDryRun(request)
  } catch (error) {
    rooms.journal.failed(request, event, error)
    throw error
  }
  rooms.journal.done(request, event)
  return { bytes: new SecretBytes(randomBytes(sizeBytes)) }
}
