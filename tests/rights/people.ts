import assert from 'node:assert/strict'
import { ROOT, signedFetch, type Credentials } from './signed-fetch.ts'

/** One call of the IAM API as `who`; fails the test unless it is answered with 200. */
export async function iam(
  endpoint: string,
  action: string,
  parameters: Readonly<Record<string, string>>,
  who: Credentials = ROOT,
): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const answer = await signedFetch(endpoint, who, { method: 'POST', path: '/', headers, body, service: 'iam' })
  assert.equal(answer.status, 200, `${action}: ${answer.text}`)
  return answer.text
}

/** A user with an access key and no right at all. */
export async function newUser(endpoint: string, userName: string, by: Credentials = ROOT): Promise<Credentials> {
  await iam(endpoint, 'CreateUser', { UserName: userName }, by)
  const text = await iam(endpoint, 'CreateAccessKey', { UserName: userName }, by)
  const accessKeyId = /<AccessKeyId>([^<]+)</.exec(text)?.[1] ?? assert.fail(text)
  const secret = /<SecretAccessKey>([^<]+)</.exec(text)?.[1] ?? assert.fail(text)
  return { accessKeyId, secret }
}

export interface StatementText {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[] | string
  readonly Resource: readonly string[] | string
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** Makes these statements the user's one policy. */
export async function setRights(
  endpoint: string,
  userName: string,
  statements: readonly StatementText[],
  by: Credentials = ROOT,
): Promise<void> {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  await iam(endpoint, 'PutUserPolicy', { UserName: userName, PolicyName: 'rights', PolicyDocument: document }, by)
}
