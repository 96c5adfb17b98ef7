import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, type HttpResponse, type RequestView } from '../http/index.ts'
import { StoreFailure, type Failure, type PeopleOperation } from '../operations/index.ts'
import { createIamDialect, UNDONE_ACTIONS } from './iam/index.ts'
import { MAX_FORM_BYTES } from './query-dialect.ts'
import { createStsDialect } from './sts/index.ts'

const iam = createIamDialect()
const CONTEXT = { requestId: '7Q2-request', method: 'POST', resource: '/' }
const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/'

function viewOf(more: Partial<RequestView> = {}): RequestView {
  return {
    requestId: CONTEXT.requestId,
    method: 'POST',
    rawPath: '/',
    query: [],
    host: { name: 'localhost', raw: 'localhost' },
    headers: headersOf([['content-type', 'application/x-www-form-urlencoded; charset=utf-8']]),
    secure: false,
    arrivedMs: 0,
    ...more,
  }
}

function asked(form: string, view = viewOf()): PeopleOperation {
  const { operation, target } = iam.decode(view).understand(Buffer.from(form))
  assert.equal(target.kind, operation.kind)
  return operation as PeopleOperation
}

function refusal(work: () => unknown): Failure {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof StoreFailure, String(error))
    return error.failure
  }
  return assert.fail('it was not refused')
}

const textOf = ({ body }: HttpResponse): string => (body instanceof Uint8Array ? Buffer.from(body).toString() : '')

test('a form that names its action is the operation; its document is bounded, required, and signed', () => {
  const decoded = iam.decode(viewOf())
  assert.equal(decoded.requiresSigV4, true)
  assert.deepEqual(decoded.document, { maxBytes: MAX_FORM_BYTES, expect: {}, required: true })
  assert.deepEqual(asked('Action=GetUser&Version=2010-05-08&UserName=alice'), { kind: 'get-user', name: 'alice' })
  assert.deepEqual(asked('Action=GetUser&Version=2010-05-08'), { kind: 'get-user' })
})

test('unknown actions, other versions and no action are InvalidAction; known ones that are not built say so', () => {
  const unknown = [
    'Version=2010-05-08',
    'Action=&Version=2010-05-08',
    'Action=FlyToTheMoon&Version=2010-05-08',
    'Action=getUser&Version=2010-05-08',
    'Action=toString&Version=2010-05-08',
    'Action=GetCallerIdentity&Version=2010-05-08',
    'Action=GetUser',
    'Action=GetUser&Version=2011-06-15',
  ]
  for (const form of unknown) assert.equal(refusal(() => asked(form)).kind, 'unknown-operation', form)
  assert.ok(UNDONE_ACTIONS.size > 90)
  for (const action of UNDONE_ACTIONS) {
    assert.equal(refusal(() => asked(`Action=${action}&Version=2010-05-08`)).kind, 'not-implemented', action)
  }
  const sts = createStsDialect().decode(viewOf())
  const federation = Buffer.from('Action=AssumeRoleWithWebIdentity&Version=2011-06-15')
  assert.equal(refusal(() => sts.understand(federation)).kind, 'not-implemented')
})

test('the form comes as one: by POST to /, without a query, and is not called something else', () => {
  assert.equal(refusal(() => iam.decode(viewOf({ method: 'GET' }))).kind, 'method-not-allowed')
  assert.equal(refusal(() => iam.decode(viewOf({ rawPath: '/users' }))).kind, 'method-not-allowed')
  const query = [{ name: 'Action', value: 'GetUser', bare: false }]
  assert.equal(refusal(() => iam.decode(viewOf({ query }))).kind, 'invalid-request')
  for (const type of ['application/json', 'multipart/form-data', 'application/x-www-form-urlencodedx']) {
    assert.equal(
      refusal(() => iam.decode(viewOf({ headers: headersOf([['content-type', type]]) }))).kind,
      'invalid-request',
    )
  }
  iam.decode(viewOf({ headers: headersOf([]) }))
  iam.decode(viewOf({ headers: headersOf([['content-type', 'application/x-www-form-urlencoded']]) }))
})

test('a parameter that the action does not have is refused, not overlooked', () => {
  const form =
    'Action=CreateUser&Version=2010-05-08&UserName=alice&PermissionBoundary=arn:aws:iam::aws:policy/ReadOnlyAccess'
  const failure = refusal(() => asked(form))
  assert.ok(failure.kind === 'invalid-argument' && failure.argument === 'PermissionBoundary')
})

test('answers: the result in its wrapper, the request id in body and header, and nothing keeps them', () => {
  const shown = {
    policyName: 'p',
    policyId: 'ANPAEXAMPLE',
    arn: 'arn:aws:iam::000000000001:policy/p',
    path: '/',
    createdMs: Date.UTC(2026, 10, 21, 18, 5, 7, 999),
    updatedMs: Date.UTC(2026, 10, 21, 18, 5, 8),
    defaultVersion: 'v1',
    attachments: 0,
    boundaryUses: 0,
    tags: { '<a>': '&' },
    description: 'of Alice & Bob',
  }
  const operation = { kind: 'get-policy', policyArn: shown.arn } as const
  const response = iam.encode({ operation, result: shown }, CONTEXT)
  assert.equal(response.status, 200)
  assert.deepEqual(response.headers, [
    ['x-amzn-RequestId', CONTEXT.requestId],
    ['Content-Type', 'text/xml'],
    ['Cache-Control', 'no-store'],
  ])
  assert.equal(
    textOf(response),
    `<?xml version="1.0" encoding="UTF-8"?>\n<GetPolicyResponse xmlns="${NAMESPACE}"><GetPolicyResult><Policy>` +
      '<PolicyName>p</PolicyName><PolicyId>ANPAEXAMPLE</PolicyId><Arn>arn:aws:iam::000000000001:policy/p</Arn>' +
      '<Path>/</Path><DefaultVersionId>v1</DefaultVersionId><AttachmentCount>0</AttachmentCount>' +
      '<PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable>' +
      '<CreateDate>2026-11-21T18:05:07Z</CreateDate><UpdateDate>2026-11-21T18:05:08Z</UpdateDate>' +
      '<Description>of Alice &amp; Bob</Description>' +
      '<Tags><member><Key>&lt;a&gt;</Key><Value>&amp;</Value></member></Tags>' +
      '</Policy></GetPolicyResult><ResponseMetadata><RequestId>7Q2-request</RequestId></ResponseMetadata>' +
      '</GetPolicyResponse>',
  )
  const deleted = iam.encode({ operation: { kind: 'delete-user', name: 'a' }, result: undefined }, CONTEXT)
  assert.equal(
    textOf(deleted),
    `<?xml version="1.0" encoding="UTF-8"?>\n<DeleteUserResponse xmlns="${NAMESPACE}">` +
      '<ResponseMetadata><RequestId>7Q2-request</RequestId></ResponseMetadata></DeleteUserResponse>',
  )
})

test('policy documents go back byte for byte, escaped as RFC 3986 says', () => {
  const document = `{ "Statement": [], "Id": "ü!'()*~-_.%2B+" }\n`
  const operation = { kind: 'get-user-policy', name: 'alice', policyName: 'p' } as const
  const text = textOf(iam.encode({ operation, result: { document, grammar: 'aws' } }, CONTEXT))
  const escaped = /<PolicyDocument>([^<]*)</.exec(text)?.[1] ?? ''
  assert.match(escaped, /^[A-Za-z0-9\-._~%]+$/)
  assert.ok(escaped.endsWith('%C3%BC%21%27%28%29%2A~-_.%252B%2B%22%20%7D%0A'), escaped)
  assert.equal(decodeURIComponent(escaped), document)
})

test('T-088 a refusal is an error document with the code of the service, and names the action, the caller’s own ARN, and no more', () => {
  const failures: readonly (readonly [Failure, number, string, RegExp])[] = [
    [
      { kind: 'access-denied', action: 'iam:CreateUser', reason: 'no statement of policy p' },
      403,
      'AccessDenied',
      /^User: arn:aws:iam::000000000001:user\/low is not authorized to perform: iam:CreateUser$/,
    ],
    [{ kind: 'access-denied', reason: 'anonymous' }, 403, 'MissingAuthenticationToken', /signature/],
    [{ kind: 'entity-not-found', entity: 'user', name: '<b>' }, 404, 'NoSuchEntity', /user with name &lt;b&gt; cannot/],
    [{ kind: 'entity-exists', entity: 'role', name: 'r' }, 409, 'EntityAlreadyExists', /role with name r already/],
    [{ kind: 'delete-conflict', detail: 'it has keys' }, 409, 'DeleteConflict', /it has keys/],
    [{ kind: 'limit-exceeded', limit: 'AccessKeysPerUser', value: 2 }, 409, 'LimitExceeded', /2 for AccessKeysPerUser/],
    [{ kind: 'contended', detail: 'x' }, 409, 'ConcurrentModification', /Try again/],
    [{ kind: 'malformed-policy', detail: 'no statement' }, 400, 'MalformedPolicyDocument', /no statement/],
    [{ kind: 'invalid-argument', argument: 'Path', detail: 'is odd' }, 400, 'ValidationError', /Path: is odd/],
    [{ kind: 'unmodifiable-entity', detail: 'built in' }, 400, 'UnmodifiableEntity', /built in/],
    [{ kind: 'policy-not-attachable', detail: 'no' }, 400, 'PolicyNotAttachable', /no/],
    [{ kind: 'packed-policy-too-large' }, 400, 'PackedPolicyTooLarge', /too large/],
    [{ kind: 'unknown-operation', name: 'Fly for version 1' }, 400, 'InvalidAction', /operation Fly for version 1/],
    [{ kind: 'not-implemented', detail: 'x y' }, 501, 'NotImplemented', /x y/],
    [{ kind: 'unknown-access-key' }, 403, 'InvalidClientTokenId', /invalid/],
    [{ kind: 'invalid-token' }, 403, 'InvalidClientTokenId', /invalid/],
    [{ kind: 'expired-token' }, 403, 'ExpiredToken', /expired/],
    [{ kind: 'signature-does-not-match' }, 403, 'SignatureDoesNotMatch', /./],
    [{ kind: 'integrity', what: 'identity record' }, 500, 'ServiceFailure', /inside the server/],
    [{ kind: 'internal' }, 500, 'ServiceFailure', /./],
  ]
  for (const [failure, status, code, message] of failures) {
    const response = iam.encodeFailure(failure, { ...CONTEXT, caller: 'arn:aws:iam::000000000001:user/low' })
    const text = textOf(response)
    assert.equal(response.status, status, failure.kind)
    const [, type, shownCode = '', shownMessage = ''] =
      /<Error><Type>(\w+)<\/Type><Code>(\w+)<\/Code><Message>([^<]*)<\/Message><\/Error><RequestId>7Q2-request</.exec(
        text,
      ) ?? []
    assert.equal(type, status < 500 ? 'Sender' : 'Receiver', failure.kind)
    assert.equal(shownCode, code)
    assert.match(shownMessage, message)
    assert.ok(!text.includes('statement of policy') && !text.includes('identity record'), text)
  }
  const sealed = iam.encodeFailure({ kind: 'sealed' }, CONTEXT)
  assert.equal(sealed.status, 503)
  assert.deepEqual(sealed.headers.at(-1), ['Retry-After', '1'])
})
