import { MAC_ALGORITHMS, SIGNING_ALGORITHMS } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { blob, word } from '../scalars.ts'
import { optional, required } from '../shape.ts'
import { GRANT_TOKENS, KEY_ID, MESSAGE, request, USE, useOf } from './request.ts'

const MAC = {
  KeyId: required(KEY_ID),
  Message: required(MESSAGE),
  MacAlgorithm: required(word(MAC_ALGORITHMS)),
  ...USE,
} as const

const SIGNING = {
  KeyId: required(KEY_ID),
  Message: required(MESSAGE),
  MessageType: optional(word(['RAW', 'DIGEST'], ['EXTERNAL_MU'])),
  SigningAlgorithm: required(word(SIGNING_ALGORITHMS, ['ED25519_PH_SHA_512', 'SM2DSA', 'ML_DSA_SHAKE_256'])),
  ...USE,
} as const

/** No MAC and no signature of ours is longer. */
const PROOF = blob(1, 6144)

function messageType(word: 'RAW' | 'DIGEST' | undefined): 'raw' | 'digest' {
  return word === 'DIGEST' ? 'digest' : 'raw'
}

export const SIGNATURE_REQUESTS = {
  GenerateMac: request(MAC, (input) => ({
    kind: 'generate-mac',
    ...{ key: input.KeyId, message: input.Message, algorithm: input.MacAlgorithm },
    ...useOf(input),
  })),
  VerifyMac: request({ ...MAC, Mac: required(PROOF) }, (input) => ({
    kind: 'verify-mac',
    ...{ key: input.KeyId, message: input.Message, mac: input.Mac, algorithm: input.MacAlgorithm },
    ...useOf(input),
  })),
  GetPublicKey: request({ KeyId: required(KEY_ID), GrantTokens: optional(GRANT_TOKENS) }, (input) => ({
    kind: 'get-public-key',
    key: input.KeyId,
    ...present({ grantTokens: input.GrantTokens }),
  })),
  Sign: request(SIGNING, (input) => ({
    kind: 'sign',
    ...{ key: input.KeyId, message: input.Message, algorithm: input.SigningAlgorithm },
    messageType: messageType(input.MessageType),
    ...useOf(input),
  })),
  Verify: request({ ...SIGNING, Signature: required(PROOF) }, (input) => ({
    kind: 'verify',
    ...{ key: input.KeyId, message: input.Message, algorithm: input.SigningAlgorithm },
    signature: input.Signature,
    messageType: messageType(input.MessageType),
    ...useOf(input),
  })),
} as const
