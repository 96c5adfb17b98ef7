import type { ReactNode } from 'react'
import { useWords, type Words } from '../words/use-words.tsx'
import type { Stated } from './choice.ts'

/** Text first, form second: never a padlock alone, and never green, which is for health. */
export function EncryptionBadge({ stated, detail }: { readonly stated: Stated; readonly detail?: boolean }): ReactNode {
  const words = useWords()
  const plain = stated.mode === 'none' && words.vocabulary !== 's3'
  const tone =
    stated.mode === 'sse-kms' || stated.mode === 'dsse-kms' ? 'kms' : stated.mode === 'sse-c' ? 'customer' : ''
  return (
    <>
      <span className={plain ? 'mark plain' : `mark ${tone}`}>{methodText(stated, words)}</span>
      {stated.cipher === 'sm4' && <span className="mark">SM4</span>}
      {stated.bucketKey === true && <span className="mark">{words.word('bucketKey')}</span>}
      {plain && detail === true && <span> {words.say('sealedOnDisk')}</span>}
    </>
  )
}

/** The method in the vendor's word; with a key, its last part. S3 shows `none` as what it answers for it. */
export function methodText(
  stated: Stated,
  { word, vocabulary, say }: Pick<Words, 'word' | 'vocabulary' | 'say'>,
): string {
  switch (stated.mode) {
    case 'none':
      return vocabulary === 's3' ? word('serviceKey') : word('none')
    case 'sse-s3':
      return word('serviceKey')
    case 'sse-c':
      return say('customerKey')
    case 'sse-kms':
    case 'dsse-kms':
      return `${word(stated.mode === 'sse-kms' ? 'kms' : 'dsse')} · ${keyText(stated.key) ?? word('defaultKey')}`
  }
}

/** The id at the end of an ARN; aliases and ids as they are. */
export function keyText(key: string | undefined): string | undefined {
  return key === undefined ? undefined : (/:key\/([\w-]+)$/.exec(key)?.[1] ?? key)
}
