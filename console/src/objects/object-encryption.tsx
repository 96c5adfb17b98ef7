import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { ObjectDetails, ShownEncryption } from '../api/shapes.ts'
import { keyText } from '../encryption/encryption-badge.tsx'
import { useWords, type Words } from '../words/use-words.tsx'

/** The encryption status: read only. `none` is told as what it is for clients, and that the disk is sealed besides. */
export function ObjectEncryption({ of: object }: { readonly of: ObjectDetails }): ReactNode {
  const words = useWords()
  const { say, word, vocabulary } = words
  const { encryption } = object
  const key = keyText(encryption.keyArn)
  return (
    <section aria-label={word('encryptionOfObject')}>
      <Container header={<Header variant="h2">{word('encryptionOfObject')}</Header>}>
        <KeyValuePairs
          columns={2}
          items={[
            { label: word('encryptionOfObject'), value: statusText(encryption, words) },
            {
              label: say('whichKey'),
              value:
                key === undefined ? (
                  say('none')
                ) : (
                  <>
                    <Link href={`/keys/${encodeURIComponent(key)}`}>{key}</Link>
                    <div className="code">{encryption.keyArn}</div>
                  </>
                ),
            },
            { label: say('dataCipher'), value: encryption.cipher === 'sm4' ? 'SM4' : 'AES-256' },
            {
              label: word('bucketKey'),
              value: encryption.bucketKey === true ? say('yes') : say('no'),
            },
          ]}
        />
        {encryption.mode === 'none' && vocabulary !== 's3' && (
          <Box color="text-body-secondary">{say('noneSealed')}</Box>
        )}
        {encryption.mode === 'sse-c' && <Box color="text-body-secondary">{say('customerKeyHelp')}</Box>}
        {vocabulary !== 's3' && <Box color="text-body-secondary">{say('statusFixed')}</Box>}
      </Container>
    </section>
  )
}

/** Encrypted or not, for a client of this vocabulary, and how. */
function statusText(encryption: ShownEncryption, { word, say, vocabulary }: Words): string {
  switch (encryption.mode) {
    case 'none':
      return vocabulary === 's3' ? `${word('encrypted')} · ${word('serviceKey')}` : word('notEncrypted')
    case 'sse-s3':
      return `${word('encrypted')} · ${word('serviceKey')}`
    case 'sse-kms':
      return `${word('encrypted')} · ${word('kms')}`
    case 'dsse-kms':
      return `${word('encrypted')} · ${word('dsse')}`
    case 'sse-c':
      return `${word('encrypted')} · ${say('customerKey')}`
  }
}
