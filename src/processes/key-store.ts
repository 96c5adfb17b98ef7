import type { Config } from '../config/index.ts'
import {
  createLocalKeyStore,
  createResidentKeyStore,
  createTokenKeyStore,
  TokenAway,
  TokenRefused,
  type Cluster,
  type KeyServiceOptions,
} from '../kms/index.ts'
import type { MetadataStore } from '../storage/index.ts'
import { StartRefused } from './data-directory.ts'
import type { Log } from './log.ts'
import { startTokenProcess, tokenBehind, type TokenProcess } from './token-process.ts'

/** The process with the token of the KMS keys, where they live in one. */
export function startKeyStoreToken({ kms }: Pick<Config, 'kms'>): TokenProcess | undefined {
  if (kms.keyStore.kind === 'local') return undefined
  const { modulePath, token, pin } = kms.keyStore.uri
  return startTokenProcess({ modulePath, token, pin })
}

/**
 * A token that answers and cannot be used refuses the start. One that is away does not: what needs no KMS key is
 * served, and KMS keys are as soon as it answers.
 */
export async function checkKeyStoreToken(token: TokenProcess | undefined, log: Log): Promise<void> {
  if (token === undefined) return
  try {
    await tokenBehind(token).check('gcm')
  } catch (error) {
    if (error instanceof TokenRefused) throw new StartRefused(`${error.message}.`, 'COFFER_KMS_KEY_STORE=local')
    if (!(error instanceof TokenAway)) throw error
    log('warn', 'the token of the KMS keys does not answer: they are unavailable until it does', {
      reason: error.message,
    })
  }
}

/** Where the material of KMS keys lives; absent: where it lives by default. */
export function keyStoreOf(
  token: TokenProcess | undefined,
  rooms: { readonly store: MetadataStore; readonly cluster: Cluster },
): Pick<KeyServiceOptions, 'keyStore'> {
  if (token === undefined) return {}
  const inToken = createTokenKeyStore({ store: rooms.store, token: tokenBehind(token), now: () => performance.now() })
  return { keyStore: createResidentKeyStore({ store: rooms.store, local: createLocalKeyStore(rooms), token: inToken }) }
}

/** Of no key at all: what is asked is whether the token answers. */
const NO_KEY = { keyUid: '0'.repeat(32), version: 1 }

/** Why keys cannot be used now, in words; undefined: they can. Asked of the token at most every few seconds. */
export async function keysAway(keyStore: KeyServiceOptions['keyStore']): Promise<string | undefined> {
  const reached = (await keyStore?.reachable?.(NO_KEY)) ?? true
  return reached ? undefined : 'the token that holds the keys does not answer'
}
