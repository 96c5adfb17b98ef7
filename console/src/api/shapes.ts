/** The answers of the console's API that the pages use. */

import type { PublicSystemJson, SystemJson } from '../../../src/dialects/admin/wire.ts'

export type Mode = 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms' | 'sse-c'
export type Cipher = 'aes-256' | 'sm4'

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next?: string
}

export type { SessionJson as Session, SignInBody as SignIn } from '../../../src/dialects/admin/wire.ts'

/** Without a session only the public half is told. */
export type System = PublicSystemJson & Partial<SystemJson>

/** How uploads are encrypted that say nothing. `key` is as it was put. */
export interface BucketEncryption {
  readonly mode: Mode
  readonly cipher: Cipher
  readonly key?: string
  readonly resolved?: string
  readonly keyState?: string
  readonly bucketKey: boolean
  readonly explicit: boolean
  readonly blocked?: string
}

/** A choice of encryption, for a bucket or an upload. */
export interface EncryptionChoice {
  readonly mode: Exclude<Mode, 'sse-c'>
  readonly cipher?: Cipher
  readonly key?: string
  readonly bucketKey?: boolean
}

export interface BucketRow {
  readonly name: string
  readonly region: string
  readonly created: string
  readonly kind?: 'general' | 'directory'
  readonly encryption?: BucketEncryption
  readonly versions?: number
  readonly bytes?: number
  readonly uploads?: number
}

export interface ShownEncryption {
  readonly mode: Mode
  readonly cipher: Cipher
  readonly keyArn?: string
  readonly bucketKey?: boolean
}

export interface ListedObject {
  readonly key: string
  readonly size: number
  readonly modified: string
  readonly class: string
  readonly mode?: Mode
  readonly cipher?: Cipher
  readonly versionId?: string | undefined
  readonly latest?: boolean
  readonly deleteMarker?: boolean
}

export interface ObjectListing extends Page<ListedObject> {
  readonly prefixes: readonly string[]
}

export interface ObjectDetails {
  readonly key: string
  readonly versionId?: string | undefined
  readonly size: number
  readonly modified: string
  readonly etag: string
  readonly contentType?: string
  readonly class: string
  readonly metadata: Readonly<Record<string, string>>
  readonly tags?: readonly Tag[]
  readonly encryption: ShownEncryption
  readonly checksums?: Readonly<Record<string, string>>
}

export interface Tag {
  readonly key: string
  readonly value: string
}

export interface KeyRow {
  readonly id: string
  readonly arn: string
  readonly region: string
  readonly state: string
  readonly description: string
  readonly created: string
  readonly manager: string
  readonly origin: string
  readonly spec?: string
  readonly usage?: string
  readonly aliases: readonly string[]
  readonly version: number
  readonly rotation?: { readonly periodDays: number; readonly next: string }
  readonly deletion?: string
}

export interface KeyPage extends Page<KeyRow> {
  /** Rights without which parts of the answer are absent. */
  readonly missing?: readonly { readonly action: string; readonly resource: string }[]
}

export interface Dependants {
  readonly versions: number
  readonly uploads: number
  readonly defaults: number
  readonly byVersion: readonly { readonly version: number; readonly count: number }[]
  readonly buckets?: readonly { readonly bucket: string; readonly versions?: number; readonly isDefault?: boolean }[]
}
