import type { Vocabulary } from '../words/vocabulary.ts'

/** What a person has chosen so far; `method` in the order of the pages, not of the wire. */
export interface Draft {
  readonly method: Method
  readonly keyKind: KeyKind
  /** An id or ARN out of the list. */
  readonly key: string
  /** S3 only: text as it was typed. */
  readonly typed: string
  readonly bucketKey: boolean
}

export type Method = 'none' | 'service' | 'kms' | 'dsse' | 'sm4'
export type KeyKind = 'default' | 'own' | 'typed'

/** What a bucket or an upload says about its encryption, as far as a choice can be read from it. */
export interface Stated {
  readonly mode: 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms' | 'sse-c'
  readonly cipher: 'aes-256' | 'sm4'
  readonly key?: string | undefined
  readonly bucketKey?: boolean | undefined
}

/** A choice as the API takes it. */
export interface Chosen {
  readonly mode: 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms'
  readonly cipher?: 'sm4'
  readonly key?: string
  readonly bucketKey?: boolean
}

const METHODS: Readonly<Record<Vocabulary, readonly Method[]>> = {
  s3: ['service', 'kms', 'dsse'],
  oss: ['none', 'service', 'kms'],
  obs: ['none', 'kms', 'service'],
  cos: ['none', 'service', 'kms'],
}

/** The methods that a vocabulary's page has, in its order. S3 has no "none". */
export function methodsOf(vocabulary: Vocabulary): readonly Method[] {
  return METHODS[vocabulary]
}

/** What a new bucket starts with: S3 encrypts by default, the others do not. */
export function firstDraft(vocabulary: Vocabulary): Draft {
  return { method: vocabulary === 's3' ? 'service' : 'none', keyKind: 'default', key: '', typed: '', bucketKey: false }
}

/** The draft that a stated encryption would have been chosen by. */
export function draftOf(stated: Stated, vocabulary: Vocabulary): Draft {
  const base = firstDraft(vocabulary)
  const bucketKey = stated.bucketKey ?? false
  switch (stated.mode) {
    case 'none':
      return { ...base, method: vocabulary === 's3' ? 'service' : 'none' }
    case 'sse-s3':
    case 'sse-c':
      return { ...base, method: stated.cipher === 'sm4' ? 'sm4' : 'service' }
    case 'sse-kms':
    case 'dsse-kms': {
      const method = stated.mode === 'sse-kms' ? 'kms' : 'dsse'
      if (stated.key === undefined) return { ...base, method, bucketKey }
      return { ...base, method, keyKind: 'own', key: stated.key, bucketKey }
    }
  }
}

/** `undefined`: a key has to be chosen first. */
export function chosenOf(draft: Draft, vocabulary: Vocabulary): Chosen | undefined {
  switch (draft.method) {
    case 'none':
      return { mode: 'none' }
    case 'service':
      return { mode: 'sse-s3' }
    case 'sm4':
      return { mode: 'sse-s3', cipher: 'sm4' }
    case 'kms':
    case 'dsse': {
      const mode = draft.method === 'kms' ? 'sse-kms' : 'dsse-kms'
      const bucketKey = vocabulary === 's3' && mode === 'sse-kms' ? { bucketKey: draft.bucketKey } : {}
      if (draft.keyKind === 'default') return { mode, ...bucketKey }
      const key = draft.keyKind === 'own' ? draft.key : draft.typed.trim()
      return key === '' ? undefined : { mode, key, ...bucketKey }
    }
  }
}

export function sameDraft(one: Draft, other: Draft): boolean {
  return (
    one.method === other.method &&
    (one.method !== 'kms' && one.method !== 'dsse'
      ? true
      : one.keyKind === other.keyKind &&
        one.key === other.key &&
        one.typed === other.typed &&
        one.bucketKey === other.bucketKey)
  )
}

/** S3 saves the ARN of a picked key, the others its id. */
export function referenceOf(key: { readonly id: string; readonly arn: string }, vocabulary: Vocabulary): string {
  return vocabulary === 's3' ? key.arn : key.id
}

export function isFullArn(text: string): boolean {
  return /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(text)
}

interface KnownKey {
  readonly id: string
  readonly arn: string
  readonly state: string
  readonly aliases: readonly string[]
}

/** What would be wrong with uploads under this reference, by the keys of the region; another account's key is not judged. */
export function doubtAbout(
  reference: string,
  keys: readonly KnownKey[],
): 'keyCheckUnknown' | 'keyCheckDisabled' | 'keyCheckPending' | undefined {
  if (reference === '') return undefined
  const [own] = keys
  const accountOf = (arn: string): string | undefined => arn.split(':')[4]
  if (reference.startsWith('arn:') && own !== undefined && accountOf(reference) !== accountOf(own.arn)) return undefined
  const name = reference.replace(/^arn:[^/]*:(?=alias\/)/, '')
  const key = keys.find(({ id, arn, aliases }) => id === reference || arn === reference || aliases.includes(name))
  if (key === undefined) return 'keyCheckUnknown'
  if (key.state === 'disabled') return 'keyCheckDisabled'
  return key.state === 'pending-deletion' ? 'keyCheckPending' : undefined
}
