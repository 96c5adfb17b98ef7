/** What is done with a key's material. */
import type { EncryptionContext } from './encryption-settings.ts'
import type { EncryptionAlgorithm, KeySpec, KeyUsage, MacAlgorithm, PairSpec, SigningAlgorithm } from './key-kinds.ts'
import type { KeyNamed } from './key-operations.ts'
import type { SecretLike } from './secret.ts'

/** What every use of a key may say. */
interface Use {
  readonly grantTokens?: readonly string[]
  /** Everything is checked and nothing done; answers `dry-run`. */
  readonly dryRun?: boolean
}

export interface Encrypt extends Use, KeyNamed {
  readonly kind: 'encrypt'
  /** 1 to 4,096 bytes. */
  readonly plaintext: SecretLike
  readonly context: EncryptionContext
  readonly algorithm?: EncryptionAlgorithm
  /** What is wrapped is a data key, which some vendors have a right of its own for. */
  readonly dataKey?: true
}

export interface Decrypt extends Use {
  readonly kind: 'decrypt'
  /** The key that is expected; another one's ciphertext is `incorrect-key`. */
  readonly key?: string
  readonly ciphertext: Uint8Array
  readonly context: EncryptionContext
  readonly algorithm?: EncryptionAlgorithm
  /** What was wrapped is asked for as a data key. */
  readonly dataKey?: true
}

export interface ReEncrypt extends Use {
  readonly kind: 're-encrypt'
  readonly ciphertext: Uint8Array
  readonly sourceKey?: string
  readonly sourceContext: EncryptionContext
  readonly sourceAlgorithm?: EncryptionAlgorithm
  /** The key of what comes out. */
  readonly key: string
  readonly context: EncryptionContext
  readonly algorithm?: EncryptionAlgorithm
}

export interface DataKeyWanted extends Use, KeyNamed {
  /** 1 to 1,024; 32 for AES_256. */
  readonly sizeBytes: number
  readonly context: EncryptionContext
}

export interface DataKeyPairWanted extends Use, KeyNamed {
  readonly pairSpec: PairSpec
  readonly context: EncryptionContext
}

/** A message itself, or its digest. */
interface Message {
  readonly message: Uint8Array
  readonly messageType: 'raw' | 'digest'
}

export type KeyUseOperation =
  | Encrypt
  | Decrypt
  | ReEncrypt
  | ({ readonly kind: 'generate-data-key' } & DataKeyWanted)
  | ({ readonly kind: 'generate-data-key-without-plaintext' } & DataKeyWanted)
  | ({ readonly kind: 'generate-data-key-pair' } & DataKeyPairWanted)
  | ({ readonly kind: 'generate-data-key-pair-without-plaintext' } & DataKeyPairWanted)
  /** 1 to 1,024 bytes. */
  | { readonly kind: 'generate-random'; readonly sizeBytes: number }
  | ({ readonly kind: 'generate-mac'; readonly message: Uint8Array; readonly algorithm: MacAlgorithm } & Use & KeyNamed)
  | ({
      readonly kind: 'verify-mac'
      readonly message: Uint8Array
      readonly mac: Uint8Array
      readonly algorithm: MacAlgorithm
    } & Use &
      KeyNamed)
  | ({ readonly kind: 'get-public-key'; readonly grantTokens?: readonly string[] } & KeyNamed)
  | ({ readonly kind: 'sign'; readonly algorithm: SigningAlgorithm } & Message & Use & KeyNamed)
  | ({ readonly kind: 'verify'; readonly signature: Uint8Array; readonly algorithm: SigningAlgorithm } & Message &
      Use &
      KeyNamed)

/** The key that was used, and the generation of its material where keys have several. */
interface Used {
  readonly keyArn: string
  readonly materialId?: string
}

interface Encrypted extends Used {
  readonly ciphertext: Uint8Array
  readonly algorithm: EncryptionAlgorithm
}

interface WrappedPair extends Used {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  /** The private key's PKCS #8 under the key. */
  readonly privateCiphertext: Uint8Array
  readonly pairSpec: PairSpec
}

export interface KeyUseResults {
  encrypt: Encrypted
  decrypt: Used & { readonly plaintext: SecretLike; readonly algorithm: EncryptionAlgorithm }
  're-encrypt': Encrypted & {
    readonly sourceKeyArn: string
    readonly sourceMaterialId?: string
    readonly sourceAlgorithm: EncryptionAlgorithm
  }
  'generate-data-key': Used & { readonly plaintext: SecretLike; readonly ciphertext: Uint8Array }
  'generate-data-key-without-plaintext': Used & { readonly ciphertext: Uint8Array }
  'generate-data-key-pair': WrappedPair & { readonly privatePlaintext: SecretLike }
  'generate-data-key-pair-without-plaintext': WrappedPair
  'generate-random': { readonly bytes: SecretLike }
  'generate-mac': Used & { readonly mac: Uint8Array; readonly algorithm: MacAlgorithm }
  /** A MAC that is not right is `invalid-mac`. */
  'verify-mac': Used & { readonly algorithm: MacAlgorithm }
  'get-public-key': Used & { readonly publicKey: Uint8Array; readonly spec: KeySpec; readonly usage: KeyUsage }
  sign: Used & { readonly signature: Uint8Array; readonly algorithm: SigningAlgorithm }
  /** A signature that is not right is `invalid-signature`. */
  verify: Used & { readonly algorithm: SigningAlgorithm }
}
