import { parseAccountId, type Caller } from '../src/operations/index.ts'
import { evaluate, parsePolicy, type Question } from '../src/policy/index.ts'
import { spreadOf, type Spread } from './statistics.ts'

/** What a bucket policy of a hundred statements adds to each request, in microseconds. */
export interface PolicyCost {
  readonly allowedMicros: Spread
  readonly refusedMicros: Spread
  readonly budgetMicros: number
}

const BUDGET_MICROS = 20
const STATEMENTS = 100
const BATCHES = 31
const BATCH = 500
const BUCKET = 'arn:aws:s3:::bucket'

/** All statements are about the action that is asked for: the last allows, or none does. In this process. */
export function measurePolicy(): PolicyCost {
  const account = parseAccountId('000000000001')
  if (account === undefined) throw new Error('this is an account')
  const user = `arn:aws:iam::${account}:user`
  const Statement = Array.from({ length: STATEMENTS }, (_, at) => ({
    Sid: `s${at}`,
    Effect: at % 10 === 0 ? 'Deny' : 'Allow',
    Principal: at % 2 === 0 ? { AWS: `${user}/u${at}` } : '*',
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: `${BUCKET}/prefix-${at}/*`,
  }))
  const document = parsePolicy('aws', 'bucket', JSON.stringify({ Version: '2012-10-17', Statement }))
  const caller: Caller = {
    ...{ kind: 'user', account, arn: `${user}/alice`, userId: 'AIDA1', userName: 'alice' },
    ...{ accessKeyId: 'AKIA', scheme: 'sigv4' },
  }
  const asked = (prefix: string): Question => ({
    ...{ caller, action: 's3:GetObject', operation: 'get-object', resource: `${BUCKET}/${prefix}/k`, owner: account },
    rights: { identity: [], tags: new Map() },
    resourcePolicy: { name: 'bucket policy', document, on: 'bucket' },
  })
  return {
    allowedMicros: microsOf(() => asked(`prefix-${STATEMENTS - 1}`), 'allow'),
    refusedMicros: microsOf(() => asked('elsewhere'), 'no-opinion'),
    budgetMicros: BUDGET_MICROS,
  }
}

function microsOf(ask: () => Question, expected: string): Spread {
  const batches: number[] = []
  // The first batch is for the compiler.
  for (let batch = 0; batch <= BATCHES; batch++) {
    const started = performance.now()
    for (let turn = 0; turn < BATCH; turn++) {
      const { kind } = evaluate(ask())
      if (kind !== expected) throw new Error(`the policy says ${kind}, not ${expected}`)
    }
    if (batch > 0) batches.push(((performance.now() - started) * 1_000) / BATCH)
  }
  return spreadOf(batches)
}
