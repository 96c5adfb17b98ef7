import { createHash } from 'node:crypto'
import type {
  AccountOperation,
  ChangeOperation,
  ConsoleOperation,
  KeyMaterialOperation,
  KeyRightsOperation,
  KeyUseOperation,
  OperationKind,
  PeopleOperation,
  WormOperation,
} from '../../src/operations/index.ts'
import { BUCKET } from './oracle.ts'
import type { WireRequest } from './wire-request.ts'

const OBJECT = `/${BUCKET}/k`
const UPLOAD = `uploadId=${'0'.repeat(48)}`
const JSON_TYPE = ['Content-Type', 'application/json'] as const
/** Of the two documents below that need one. */
const MD5_OF_DELETE = ['Content-MD5', '5DKh5iefM5MSKvRILIuFwQ=='] as const
const MD5_OF_UPDATE = ['Content-MD5', '5W2UNAwFKUM3f23Qvb3oFA=='] as const
const MD5_OF_RESTORE = ['Content-MD5', 'nlmkm7zmYORnFBnrKs2pWA=='] as const
const RESTORE_DOCUMENT = '<RestoreRequest><Days>1</Days></RestoreRequest>'
const DELETE_DOCUMENT = '<Delete><Object><Key>k</Key></Object></Delete>'

const LIFECYCLE =
  '<LifecycleConfiguration><Rule><ID>r</ID><Filter><Prefix>p</Prefix></Filter><Status>Enabled</Status>' +
  '<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>'

function md5Of(document: string): readonly [string, string] {
  return ['Content-MD5', createHash('md5').update(document).digest('base64')]
}

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/secret/*` }],
})

function admin(operation: string, query?: string, body = ''): WireRequest {
  const path = `/-/admin/v1/${operation}`
  return { method: 'POST', path, headers: [JSON_TYPE], body, ...(query === undefined ? {} : { query }) }
}

/** Asked in the body of a POST, of the directory and of the key service. */
type InTheBody =
  | Exclude<PeopleOperation['kind'], AccountOperation['kind'] | 'revoke-sessions'>
  | KeyUseOperation['kind']
  | KeyMaterialOperation['kind']
  | KeyRightsOperation['kind']
  | 'update-key-description'

/** Not asked in the words of S3; what the console shows together is asked by session alone (tests/console). */
type OfOthers =
  | ConsoleOperation['kind']
  | 'get-bucket-referer'
  | 'put-bucket-referer'
  | WormOperation['kind']
  | 'delete-bucket-logging'
  | Exclude<ChangeOperation['kind'], 'rename-object' | 'restore-object'>
  | 'get-bucket-stat'
  | 'probe-storage'

/**
 * A request for every operation that the store knows. Total: an operation that is added does not compile until it is
 * here, and is then tried with every form of authentication. Operations of the directory and most of keys are asked in the body of a POST
 * for a service of their own, which takes one form of signature: they are tried where that wire is.
 */
export const EVERY_OPERATION: Readonly<Record<Exclude<OperationKind, InTheBody | OfOthers>, WireRequest>> = {
  'list-buckets': { path: '/' },
  'list-directory-buckets': { path: '/', query: 'x-id=ListDirectoryBuckets' },
  'create-session': { path: '/threat--use1-az4--x-s3', query: 'session' },
  'create-bucket': { method: 'PUT', path: '/bucket-three' },
  'head-bucket': { method: 'HEAD', path: `/${BUCKET}` },
  'delete-bucket': { method: 'DELETE', path: `/${BUCKET}` },
  'get-bucket-location': { path: `/${BUCKET}`, query: 'location' },
  'get-bucket-versioning': { path: `/${BUCKET}`, query: 'versioning' },
  'put-bucket-versioning': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'versioning',
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  },
  'get-bucket-encryption': { path: `/${BUCKET}`, query: 'encryption' },
  'put-bucket-encryption': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'encryption',
    body:
      '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms' +
      '</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  },
  'delete-bucket-encryption': { method: 'DELETE', path: `/${BUCKET}`, query: 'encryption' },
  'get-bucket-policy': { path: `/${BUCKET}`, query: 'policy' },
  'put-bucket-policy': { method: 'PUT', path: `/${BUCKET}`, query: 'policy', body: POLICY },
  'delete-bucket-policy': { method: 'DELETE', path: `/${BUCKET}`, query: 'policy' },
  'get-bucket-policy-status': { path: `/${BUCKET}`, query: 'policyStatus' },
  'get-public-access-block': { path: `/${BUCKET}`, query: 'publicAccessBlock' },
  'put-public-access-block': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'publicAccessBlock',
    body: '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
  },
  'delete-public-access-block': { method: 'DELETE', path: `/${BUCKET}`, query: 'publicAccessBlock' },
  'get-bucket-acl': { path: `/${BUCKET}`, query: 'acl' },
  'put-bucket-acl': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'acl',
    body: '<AccessControlPolicy><AccessControlList/></AccessControlPolicy>',
  },
  'get-object-acl': { path: OBJECT, query: 'acl' },
  'put-object-acl': {
    method: 'PUT',
    path: OBJECT,
    query: 'acl',
    body: '<AccessControlPolicy><AccessControlList/></AccessControlPolicy>',
  },
  'get-bucket-ownership': { path: `/${BUCKET}`, query: 'ownershipControls' },
  'put-bucket-ownership': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'ownershipControls',
    body: '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
  },
  'delete-bucket-ownership': { method: 'DELETE', path: `/${BUCKET}`, query: 'ownershipControls' },
  'get-bucket-tagging': { path: `/${BUCKET}`, query: 'tagging' },
  'put-bucket-tagging': { method: 'PUT', path: `/${BUCKET}`, query: 'tagging', body: '<Tagging><TagSet/></Tagging>' },
  'delete-bucket-tagging': { method: 'DELETE', path: `/${BUCKET}`, query: 'tagging' },
  'get-bucket-cors': { path: `/${BUCKET}`, query: 'cors' },
  'put-bucket-cors': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'cors',
    body: '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>',
  },
  'delete-bucket-cors': { method: 'DELETE', path: `/${BUCKET}`, query: 'cors' },
  'get-bucket-website': { path: `/${BUCKET}`, query: 'website' },
  'put-bucket-website': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'website',
    body: '<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument></WebsiteConfiguration>',
  },
  'delete-bucket-website': { method: 'DELETE', path: `/${BUCKET}`, query: 'website' },
  'get-bucket-request-payment': { path: `/${BUCKET}`, query: 'requestPayment' },
  'put-bucket-request-payment': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'requestPayment',
    body: '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>',
  },
  'get-bucket-accelerate': { path: `/${BUCKET}`, query: 'accelerate' },
  'put-bucket-accelerate': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'accelerate',
    body: '<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>',
  },
  'get-bucket-replication': { path: `/${BUCKET}`, query: 'replication' },
  'put-bucket-replication': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'replication',
    body: '<ReplicationConfiguration><Role>r</Role><Rule><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::other</Bucket></Destination></Rule></ReplicationConfiguration>',
  },
  'delete-bucket-replication': { method: 'DELETE', path: `/${BUCKET}`, query: 'replication' },
  'put-bucket-inventory': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'inventory&id=i',
    body: `<InventoryConfiguration><Destination><S3BucketDestination><Bucket>arn:aws:s3:::${BUCKET}</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>i</Id><IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>`,
  },
  'get-bucket-inventory': { path: `/${BUCKET}`, query: 'inventory&id=i' },
  'list-bucket-inventory': { path: `/${BUCKET}`, query: 'inventory' },
  'delete-bucket-inventory': { method: 'DELETE', path: `/${BUCKET}`, query: 'inventory&id=i' },
  'put-bucket-analytics': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'analytics&id=i',
    body: '<AnalyticsConfiguration><Id>i</Id><StorageClassAnalysis/></AnalyticsConfiguration>',
  },
  'get-bucket-analytics': { path: `/${BUCKET}`, query: 'analytics&id=i' },
  'list-bucket-analytics': { path: `/${BUCKET}`, query: 'analytics' },
  'delete-bucket-analytics': { method: 'DELETE', path: `/${BUCKET}`, query: 'analytics&id=i' },
  'put-bucket-metrics': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'metrics&id=i',
    body: '<MetricsConfiguration><Id>i</Id></MetricsConfiguration>',
  },
  'get-bucket-metrics': { path: `/${BUCKET}`, query: 'metrics&id=i' },
  'list-bucket-metrics': { path: `/${BUCKET}`, query: 'metrics' },
  'delete-bucket-metrics': { method: 'DELETE', path: `/${BUCKET}`, query: 'metrics&id=i' },
  'put-bucket-intelligent-tiering': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'intelligent-tiering&id=i',
    body: '<IntelligentTieringConfiguration><Id>i</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering></IntelligentTieringConfiguration>',
  },
  'get-bucket-intelligent-tiering': { path: `/${BUCKET}`, query: 'intelligent-tiering&id=i' },
  'list-bucket-intelligent-tiering': { path: `/${BUCKET}`, query: 'intelligent-tiering' },
  'delete-bucket-intelligent-tiering': { method: 'DELETE', path: `/${BUCKET}`, query: 'intelligent-tiering&id=i' },
  'get-bucket-lifecycle': { path: `/${BUCKET}`, query: 'lifecycle' },
  'put-bucket-lifecycle': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'lifecycle',
    headers: [md5Of(LIFECYCLE)],
    body: LIFECYCLE,
  },
  'delete-bucket-lifecycle': { method: 'DELETE', path: `/${BUCKET}`, query: 'lifecycle' },
  'get-bucket-logging': { path: `/${BUCKET}`, query: 'logging' },
  'put-bucket-logging': { method: 'PUT', path: `/${BUCKET}`, query: 'logging', body: '<BucketLoggingStatus/>' },
  'get-bucket-notification': { path: `/${BUCKET}`, query: 'notification' },
  'put-bucket-notification': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'notification',
    body: '<NotificationConfiguration/>',
  },
  'get-object-lock-configuration': { path: `/${BUCKET}`, query: 'object-lock' },
  'put-object-lock-configuration': {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'object-lock',
    body: '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
  },
  'get-object-retention': { path: OBJECT, query: 'retention' },
  'put-object-retention': { method: 'PUT', path: OBJECT, query: 'retention', body: '<Retention/>' },
  'get-object-legal-hold': { path: OBJECT, query: 'legal-hold' },
  'put-object-legal-hold': {
    method: 'PUT',
    path: OBJECT,
    query: 'legal-hold',
    body: '<LegalHold><Status>ON</Status></LegalHold>',
  },
  'list-objects': { path: `/${BUCKET}`, query: 'list-type=2' },
  'list-object-versions': { path: `/${BUCKET}`, query: 'versions' },
  'list-uploads': { path: `/${BUCKET}`, query: 'uploads' },
  'delete-objects': {
    method: 'POST',
    path: `/${BUCKET}`,
    query: 'delete',
    headers: [MD5_OF_DELETE],
    body: DELETE_DOCUMENT,
  },
  'get-object': { path: OBJECT },
  'head-object': { method: 'HEAD', path: OBJECT },
  'put-object': { method: 'PUT', path: OBJECT, body: 'changed' },
  'copy-object': { method: 'PUT', path: `/${BUCKET}/copy`, headers: [['x-amz-copy-source', OBJECT]] },
  'get-object-attributes': { path: OBJECT, query: 'attributes', headers: [['x-amz-object-attributes', 'ETag']] },
  'delete-object': { method: 'DELETE', path: OBJECT },
  'get-object-tagging': { path: OBJECT, query: 'tagging' },
  'put-object-tagging': {
    method: 'PUT',
    path: OBJECT,
    query: 'tagging',
    body: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
  },
  'delete-object-tagging': { method: 'DELETE', path: OBJECT, query: 'tagging' },
  'update-object-encryption': {
    method: 'PUT',
    path: OBJECT,
    query: 'encryption',
    headers: [MD5_OF_UPDATE],
    body: '<ObjectEncryption><SSE-KMS><KMSKeyArn>alias/none</KMSKeyArn></SSE-KMS></ObjectEncryption>',
  },
  'rename-object': {
    method: 'PUT',
    path: '/threat--use1-az4--x-s3/renamed',
    query: 'renameObject',
    headers: [['x-amz-rename-source', 'key']],
  },
  'restore-object': {
    method: 'POST',
    path: OBJECT,
    query: 'restore',
    headers: [MD5_OF_RESTORE],
    body: RESTORE_DOCUMENT,
  },
  'create-upload': { method: 'POST', path: OBJECT, query: 'uploads' },
  'upload-part': { method: 'PUT', path: OBJECT, query: `partNumber=1&${UPLOAD}`, body: 'part' },
  'upload-part-copy': {
    method: 'PUT',
    path: OBJECT,
    query: `partNumber=1&${UPLOAD}`,
    headers: [['x-amz-copy-source', OBJECT]],
  },
  'complete-upload': {
    method: 'POST',
    path: OBJECT,
    query: UPLOAD,
    body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>',
  },
  'abort-upload': { method: 'DELETE', path: OBJECT, query: UPLOAD },
  'list-parts': { path: OBJECT, query: UPLOAD },
  'create-key': admin('create-key', undefined, '{"description":"d"}'),
  'list-keys': admin('list-keys'),
  'describe-key': admin('describe-key', 'key=alias/none'),
  'key-dependents': admin('key-dependents', 'key=alias/none'),
  'enable-key': admin('enable-key', 'key=alias/none'),
  'disable-key': admin('disable-key', 'key=alias/none'),
  'rotate-key': admin('rotate-key', 'key=alias/none'),
  'set-key-rotation': admin('set-key-rotation', 'key=alias/none', '{"periodDays":90}'),
  'schedule-key-deletion': admin('schedule-key-deletion', 'key=alias/none', '{"pendingDays":7}'),
  'cancel-key-deletion': admin('cancel-key-deletion', 'key=alias/none'),
  'set-alias': admin('set-alias', 'key=alias/none', '{"alias":"alias/new"}'),
  'remove-alias': admin('remove-alias', 'key=alias/none'),
  'list-aliases': admin('list-aliases'),
  'explain-policy': admin('explain-policy', undefined, '{"principal":"root","action":"s3:GetObject","resource":"*"}'),
  'validate-policy': admin('validate-policy', undefined, '{"text":"{}"}'),
  'list-jobs': admin('list-jobs'),
  'control-job': admin('control-job', undefined, '{"job":"garbage","act":"run"}'),
  'create-account': admin('create-account', undefined, '{"name":"n"}'),
  'list-accounts': admin('list-accounts'),
  'show-account': admin('show-account', 'account=999999999999'),
  'set-account': admin('set-account', 'account=999999999999', '{"name":"n"}'),
  'disable-account': admin('disable-account', 'account=999999999999'),
  'enable-account': admin('enable-account', 'account=999999999999'),
  'revoke-sessions': admin('revoke-sessions', undefined, '{"user":"nobody"}'),
  'server-status': admin('server-status'),
  'verify-store': admin('verify-store'),
  'search-audit': admin('search-audit'),
  'verify-audit': admin('verify-audit'),
  'prove-audit': admin('prove-audit', undefined, '{"id":"none"}'),
  'export-audit': admin('export-audit'),
  'get-audit-checkpoint': admin('get-audit-checkpoint'),
  'get-key-usage': admin('get-key-usage', 'key=alias/none', '{"since":"2026-11-20T14:02:11Z"}'),
  'list-unused-keys': admin('list-unused-keys', undefined, '{"since":"2026-11-20T14:02:11Z"}'),
}
