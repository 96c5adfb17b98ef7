import { refuse, type SessionOperation, type TemporaryCredentials } from '../../operations/index.ts'
import { present } from '../present.ts'
import { instant, type QueryOperations } from '../query-operation.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { secretXml } from '../secret-xml.ts'
import { MAX_TAGS, readTags } from '../query-tags.ts'
import { element, parent } from '../xml-writer.ts'

/** Ending sessions is asked for elsewhere: the vendor's service has no such action. */
export type StsKind = Exclude<SessionOperation['kind'], 'revoke-sessions'>

/** STS API reference, AssumeRole and GetSessionToken. */
const MIN_SECONDS = 900
const MAX_ROLE_SECONDS = 43_200
const MAX_TOKEN_SECONDS = 129_600
const MAX_POLICY_ARNS = 10
/** Far more than a token can pack: what is too large says so (`PackedPolicyTooLarge`). */
const MAX_POLICY_CHARS = 131_072
const MAX_ID_CHARS = 128

/** The code of a second factor is of no use without the factor, and none is known here. */
function readFactor(parameters: QueryParameters): { readonly mfaSerial?: string } {
  const mfaSerial = parameters.optional('SerialNumber')
  const code = parameters.optional('TokenCode')
  if (mfaSerial === undefined && code !== undefined) {
    refuse({ kind: 'invalid-argument', argument: 'TokenCode', detail: 'it needs SerialNumber' })
  }
  return present({ mfaSerial })
}

function credentialsXml({ accessKeyId, secret, sessionToken, expiresMs }: TemporaryCredentials): string {
  return parent(
    'Credentials',
    element('AccessKeyId', accessKeyId),
    secretXml('SecretAccessKey', secret),
    element('SessionToken', sessionToken),
    element('Expiration', instant(expiresMs)),
  )
}

export const SESSION_OPERATIONS: QueryOperations<StsKind> = {
  'assume-role': {
    action: 'AssumeRole',
    read: (parameters) => {
      parameters.undone('ProvidedContexts', 'MinimumSessionTokenSize')
      return {
        kind: 'assume-role',
        roleArn: parameters.text('RoleArn'),
        sessionName: parameters.text('RoleSessionName'),
        ...present({
          durationSeconds: parameters.number('DurationSeconds', MIN_SECONDS, MAX_ROLE_SECONDS),
          policy: parameters.optional('Policy', MAX_POLICY_CHARS),
          externalId: parameters.optional('ExternalId'),
          sourceIdentity: parameters.optional('SourceIdentity'),
        }),
        policyArns: parameters.items('PolicyArns', MAX_POLICY_ARNS).map((item) => item.text('arn')),
        tags: readTags(parameters),
        transitiveTagKeys: parameters.texts('TransitiveTagKeys', MAX_TAGS),
        ...readFactor(parameters),
      }
    },
    write: (assumed) => [
      credentialsXml(assumed.credentials),
      parent('AssumedRoleUser', element('AssumedRoleId', assumed.assumedRoleId), element('Arn', assumed.arn)),
      element('PackedPolicySize', assumed.packedPolicySize),
      // The newer name of the same, and the size itself.
      element('SessionTokenUtilization', assumed.packedPolicySize),
      element('SessionTokenSize', assumed.credentials.sessionToken.length),
      element('SourceIdentity', assumed.sourceIdentity),
    ],
  },
  'get-session-token': {
    action: 'GetSessionToken',
    read: (parameters) => {
      parameters.undone('MinimumSessionTokenSize')
      return {
        kind: 'get-session-token',
        ...present({ durationSeconds: parameters.number('DurationSeconds', MIN_SECONDS, MAX_TOKEN_SECONDS) }),
        ...readFactor(parameters),
      }
    },
    write: ({ credentials }) => [
      credentialsXml(credentials),
      element('SessionTokenSize', credentials.sessionToken.length),
    ],
  },
  'get-caller-identity': {
    action: 'GetCallerIdentity',
    read: () => ({ kind: 'get-caller-identity' }),
    write: ({ userId, account, arn }) => [element('UserId', userId), element('Account', account), element('Arn', arn)],
  },
  'get-access-key-info': {
    action: 'GetAccessKeyInfo',
    read: (parameters) => ({
      kind: 'get-access-key-info',
      accessKeyId: parameters.text('AccessKeyId', MAX_ID_CHARS),
    }),
    write: ({ account }) => [element('Account', account)],
  },
}
