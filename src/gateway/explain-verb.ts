import { readBucket, type BucketRecord } from '../objects/index.ts'
import {
  isSigned,
  parseBucketName,
  parseObjectKey,
  refuse,
  type ExplainOperation,
  type ObjectKey,
  type Results,
  type SignedCaller,
} from '../operations/index.ts'
import { explain, requestContext, type Decision, type Question } from '../policy/index.ts'
import { bucketPolicyOf, restrictsPublic } from './bucket-policy.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { validatePolicy } from './validate-policy.ts'
import { withLists } from './judge-with-lists.ts'
import type { RequestPermit, Verbs } from './verb.ts'

const BUCKET_OF_ARN = /^arn:aws:s3:::([^/*?]+)(?:\/.*)?$/

/** What would be said to somebody's request, and by whom. Answered by the one engine, from what stands now. */
export const EXPLAIN_VERBS: Verbs<'explain-policy' | 'validate-policy'> = {
  'validate-policy': async (_rooms, _permit, operation) => validatePolicy(operation),
  'explain-policy': async (rooms, permit, operation) => {
    const caller = await callerNamed(rooms, permit, operation.principal)
    return explained(rooms, permit, caller, operation)
  },
}

/** The answer to a question about `caller`, whoever asked it. */
export async function explained(
  rooms: GatewayRooms,
  permit: RequestPermit,
  caller: SignedCaller,
  question: Pick<ExplainOperation, 'action' | 'resource' | 'context'>,
): Promise<Results['explain-policy']> {
  const { action } = question
  const { resource, decision } = action.startsWith('kms:')
    ? await aboutKey(rooms, permit, caller, question)
    : await aboutResource(rooms, caller, question)
  return shown(caller, action, resource, decision)
}

/** The one who would ask: of the caller's own account, whose people the caller may ask about. */
async function callerNamed(rooms: GatewayRooms, permit: RequestPermit, text: string): Promise<SignedCaller> {
  const { caller } = permit
  if (!isSigned(caller)) return refuse({ kind: 'access-denied', reason: 'anonymous' })
  const principal = await rooms.people.principalNamed(caller.account, text)
  if (principal.account !== caller.account) refuse({ kind: 'entity-not-found', entity: 'principal', name: text })
  return { ...principal, accessKeyId: 'explain', scheme: 'sigv4', secure: true }
}

interface Explained {
  readonly resource: string
  readonly decision: Decision
}

async function aboutKey(
  rooms: GatewayRooms,
  { requestId }: RequestPermit,
  caller: SignedCaller,
  { action, resource, context }: Pick<ExplainOperation, 'action' | 'resource' | 'context'>,
): Promise<Explained> {
  if (resource === '*') return aboutResource(rooms, caller, { action, resource, context })
  const { keyArn, decision } = await rooms.keys.explainUse({ caller, requestId }, resource, action, lowerCased(context))
  return { resource: keyArn, decision }
}

async function aboutResource(
  rooms: GatewayRooms,
  caller: SignedCaller,
  { action, resource, context }: Pick<ExplainOperation, 'action' | 'resource' | 'context'>,
): Promise<Explained> {
  const { rights } = await rooms.people.rightsOf(caller)
  const given = lowerCased(context)
  const known = requestContext({ caller, rights, owner: caller.account })
  const question: Question = {
    ...{ caller, action, resource, rights, owner: caller.account },
    // It is asked about a request that there is not: what is given comes before what the server knows.
    context: (key) => given[key] ?? known(key),
  }
  const bucket = await bucketOf(rooms, caller, resource)
  if (bucket === undefined) return { resource, decision: explain(question) }
  const policy = bucketPolicyOf(bucket)
  const onBucket: Question =
    policy === undefined ? question : { ...question, resourcePolicy: policy, restrictPublic: restrictsPublic(bucket) }
  return { resource, decision: explain(await withLists(rooms.objects, onBucket, bucket, keyOf(resource))) }
}

/** The bucket that an ARN names, or whose object it names. Of another account's bucket nothing is shown. */
async function bucketOf(
  rooms: GatewayRooms,
  caller: SignedCaller,
  resource: string,
): Promise<BucketRecord | undefined> {
  const name = parseBucketName(BUCKET_OF_ARN.exec(resource)?.[1] ?? '')
  const bucket = name === undefined ? undefined : await readBucket(rooms.objects, name)
  if (bucket === undefined || bucket.account === caller.account) return bucket
  return refuse({ kind: 'access-denied', reason: 'another account’s bucket' })
}

/** The object that an ARN names; a pattern names one only where there is an object of that name. */
function keyOf(resource: string): ObjectKey | undefined {
  const parsed = parseObjectKey(/^arn:aws:s3:::[^/]+\/(.+)$/s.exec(resource)?.[1] ?? '')
  return parsed.kind === 'key' ? parsed.key : undefined
}

function lowerCased(context: ExplainOperation['context']): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(context).map(([key, values]) => [key.toLowerCase(), values]))
}

function shown(
  caller: SignedCaller,
  action: string,
  resource: string,
  { kind, reason, sides = [] }: Decision,
): Results['explain-policy'] {
  return { principal: caller.arn, action, resource, decision: kind, reason, sides }
}
