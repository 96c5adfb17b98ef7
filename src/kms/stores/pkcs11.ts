import type { Fragment, MetadataStore } from '../../storage/index.ts'
import {
  BLOB_HEAD_BYTES,
  isTokenBlob,
  readBlob,
  sealedInTokenBlob,
  TOKEN_IV_AT,
  tokenBlob,
  tokenBlobHead,
} from '../wraps/ciphertext-blob.ts'
import { commitDecision } from '../commit-decision.ts'
import { TOKEN_DISCARD_ROWS, tokenDiscardOf, tokenDiscardRow } from '../kms-rows.ts'
import { TokenAway, TokenKeyMissing, TokenRefused, type Token, type TokenKey } from '../tokens/token.ts'
import { KeyStoreUnavailable, MaterialMissing, type KeyStore, type MaterialHandle } from './key-store.ts'
import { createUseBudget } from './use-budget.ts'

/** Discards that are finished in one go. */
const DISCARDS_AT_ONCE = 100
/** How long it is believed whether the token answers. */
const REACHABLE_FOR_MS = 1_000

export interface TokenKeyStoreParts {
  readonly store: MetadataStore
  readonly token: Token
  /** Milliseconds since any fixed point. */
  readonly now: () => number
  readonly mostUses?: number
  readonly usesAtOnce?: number
}

/**
 * Material that never leaves a PKCS#11 token: each version of a key is an object of its own there, and every wrap and
 * unwrap is done in the token (blobs of suite 3). Keys for encryption only.
 */
export function createTokenKeyStore(parts: TokenKeyStoreParts): KeyStore {
  const { store, token, now } = parts
  const budget = createUseBudget(parts)
  let reached: { readonly is: Promise<boolean>; readonly untilMs: number } | undefined

  const discard = async (handles: readonly MaterialHandle[]): Promise<void> => {
    for (const handle of handles) await asKeyStore(() => token.destroyKey(keyOf(handle)))
    await commitDecision(store, 'forget-discarded', async () => ({
      fragment: { checks: [], writes: handles.map((handle) => ({ kind: 'delete', key: discardRowOf(handle) })) },
      result: undefined,
    }))
  }

  return {
    create: async (handle) => {
      await asKeyStore(() => token.makeKey(keyOf(handle)))
      return { checks: [], writes: [] }
    },
    wrap: async (handle, plaintext, context) => {
      await budget.take(handle)
      const head = tokenBlobHead(handle)
      const bound = Buffer.concat([head, context])
      const how = { only: 'gcm', ivAt: TOKEN_IV_AT } as const
      const { bytes } = await asKeyStore(() => token.seal(keyOf(handle), plaintext, bound, how))
      return tokenBlob(head, bytes)
    },
    unwrap: async (handle, blob, context) => {
      const key = keyOf(handle)
      const facts = readBlob(blob)
      const own = facts?.keyUid === handle.keyUid && facts.version === handle.version
      if (!own || !isTokenBlob(blob)) {
        if ((await asKeyStore(() => token.keyIds(key.label))).length === 0) throw new MaterialMissing()
        return undefined
      }
      const bound = Buffer.concat([blob.subarray(0, BLOB_HEAD_BYTES), context])
      return asKeyStore(() => token.open(key, { way: 'gcm', bytes: sealedInTokenBlob(blob) }, bound))
    },
    release: async (handles): Promise<Fragment> => ({
      checks: [],
      writes: handles.map((handle) => ({ kind: 'put', key: discardRowOf(handle), value: Uint8Array.of(1) })),
    }),
    discard,
    resume: async () => {
      const { rows } = await store.scan({ ...TOKEN_DISCARD_ROWS, limit: DISCARDS_AT_ONCE })
      const handles = rows.flatMap((row) => tokenDiscardOf(row.key) ?? [])
      if (handles.length > 0) await discard(handles)
    },
    reachable: () => {
      if (reached === undefined || now() >= reached.untilMs) {
        const is = token.check('gcm').then(
          () => true,
          () => false,
        )
        reached = { is, untilMs: now() + REACHABLE_FOR_MS }
      }
      return reached.is
    },
  }
}

function keyOf({ keyUid, version }: MaterialHandle): TokenKey {
  const at = Buffer.alloc(4)
  at.writeUInt32BE(version)
  return { label: `coffer/${keyUid}/${version}`, id: `${keyUid}${at.toString('hex')}` }
}

function discardRowOf({ keyUid, version }: MaterialHandle): Uint8Array {
  return tokenDiscardRow(keyUid, version)
}

async function asKeyStore<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TokenKeyMissing) throw new MaterialMissing()
    // What a person has to mend is away as well: nobody else has the key.
    if (error instanceof TokenAway || error instanceof TokenRefused) throw new KeyStoreUnavailable(error.message)
    throw error
  }
}
