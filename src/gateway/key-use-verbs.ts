import type { KeyUseOperation } from '../operations/index.ts'
import { keyRequest } from './key-request.ts'
import type { Verbs } from './verb.ts'

/** Uses of keys' material. */
export const KEY_USE_VERBS: Verbs<KeyUseOperation['kind']> = {
  encrypt: (rooms, permit, wanted) => rooms.keys.uses.encrypt(keyRequest(permit, wanted), wanted),
  decrypt: (rooms, permit, wanted) => rooms.keys.uses.decrypt(keyRequest(permit, wanted), wanted),
  're-encrypt': (rooms, permit, wanted) => rooms.keys.uses['re-encrypt'](keyRequest(permit, wanted), wanted),
  'generate-data-key': (rooms, permit, wanted) =>
    rooms.keys.uses['generate-data-key'](keyRequest(permit, wanted), wanted),
  'generate-data-key-without-plaintext': (rooms, permit, wanted) =>
    rooms.keys.uses['generate-data-key-without-plaintext'](keyRequest(permit, wanted), wanted),
  'generate-data-key-pair': (rooms, permit, wanted) =>
    rooms.keys.uses['generate-data-key-pair'](keyRequest(permit, wanted), wanted),
  'generate-data-key-pair-without-plaintext': (rooms, permit, wanted) =>
    rooms.keys.uses['generate-data-key-pair-without-plaintext'](keyRequest(permit, wanted), wanted),
  'generate-random': (rooms, permit, wanted) => rooms.keys.uses['generate-random'](keyRequest(permit), wanted),
  'generate-mac': (rooms, permit, wanted) => rooms.keys.uses['generate-mac'](keyRequest(permit, wanted), wanted),
  'verify-mac': (rooms, permit, wanted) => rooms.keys.uses['verify-mac'](keyRequest(permit, wanted), wanted),
  'get-public-key': (rooms, permit, wanted) => rooms.keys.uses['get-public-key'](keyRequest(permit, wanted), wanted),
  sign: (rooms, permit, wanted) => rooms.keys.uses.sign(keyRequest(permit, wanted), wanted),
  verify: (rooms, permit, wanted) => rooms.keys.uses.verify(keyRequest(permit, wanted), wanted),
}
