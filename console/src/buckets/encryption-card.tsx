import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { Resource } from '../api/resource.ts'
import type { BucketEncryption } from '../api/shapes.ts'
import { EncryptionBadge, keyText } from '../encryption/encryption-badge.tsx'
import { useNotices } from '../shell/notices.tsx'
import { FailureNotice } from '../states/failure-notice.tsx'
import { Loading } from '../states/loaded.tsx'
import { useRight } from '../states/use-right.ts'
import { useWords } from '../words/use-words.tsx'
import { vendorAction } from '../words/vendor-actions.ts'
import { EncryptionForm } from './encryption-form.tsx'

const SETTING = 's3:PutEncryptionConfiguration'

/** The area of a bucket's default encryption, wherever the vocabulary has it. Its name is the vendor's. */
export function EncryptionCard(props: {
  readonly bucket: string
  readonly region: string
  readonly encryption: Resource<BucketEncryption>
  readonly configuring: boolean
}): ReactNode {
  const { word, say, vocabulary } = useWords()
  const resource = `arn:aws:s3:::${props.bucket}`
  const may = useRight(SETTING, resource)
  const tell = useNotices()
  const [, navigate] = useLocation()
  const settings = `/buckets/${encodeURIComponent(props.bucket)}/settings`
  const { value, failure, reload } = props.encryption
  return (
    <section aria-label={word('encryptionArea')}>
      <Container
        header={
          <Header
            variant="h2"
            description={may === false && say('missingAction', { action: vendorAction(SETTING, vocabulary), resource })}
            actions={
              value !== undefined &&
              !props.configuring && (
                <Button disabled={may === false} onClick={() => navigate(`${settings}/encryption`)}>
                  {word('configure')}
                </Button>
              )
            }
          >
            {word('encryptionArea')}
          </Header>
        }
      >
        {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
        {value === undefined && failure === undefined && <Loading />}
        {value !== undefined && !props.configuring && <EncryptionState encryption={value} />}
        {value !== undefined && props.configuring && (
          <EncryptionForm
            bucket={props.bucket}
            region={props.region}
            encryption={value}
            onClose={() => navigate(settings)}
            onSaved={() => {
              reload()
              tell('success', say('encryptionSaved'))
              navigate(settings)
            }}
          />
        )}
      </Container>
    </section>
  )
}

/** What the vendor's own GET would say, in the vendor's words. */
export function EncryptionState({ encryption }: { readonly encryption: BucketEncryption }): ReactNode {
  const { say, word, vocabulary } = useWords()
  const kms = encryption.mode === 'sse-kms' || encryption.mode === 'dsse-kms'
  return (
    <SpaceBetween size="xs">
      <Box>
        {say('method')}: <EncryptionBadge stated={encryption} />
      </Box>
      {encryption.mode === 'none' && <Box color="text-body-secondary">{say('noneSealed')}</Box>}
      {kms && (
        <Box>
          {say('whichKey')}: <span className="code">{keyText(encryption.key) ?? word('defaultKey')}</span>
        </Box>
      )}
      {kms && vocabulary === 's3' && (
        <Box>
          {word('bucketKey')}: {encryption.bucketKey ? say('enable') : say('disable')}
        </Box>
      )}
      <Box color="text-body-secondary">{say('laterOnly')}</Box>
    </SpaceBetween>
  )
}
