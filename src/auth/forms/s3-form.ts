/** Forms of S3: the policy signed by SigV4 or SigV2 (S3 API reference, "Browser-based uploads using POST"). */
import type { Verification } from '../authenticate.ts'
import { SIGV4_MAX_URL_SECONDS } from '../limits.ts'
import { SESSION_TOKEN } from '../session-token.ts'
import { checkScope, parseSigV4Credential } from '../signatures/sigv4-authorization.ts'
import { signatureField } from './form-mechanism.ts'
import type { FormClaim, FormFields, FormRules } from './form-rules.ts'
import { checkFormDate } from './form-times.ts'

/** The bucket has to be in every policy: the policy of one bucket is none of another (T-066). */
const REQUIRED = ['bucket'] as const

/** Of the fields that act or sign, these alone need no condition. */
const UNCOVERED: ReadonlySet<string> = new Set(['policy', 'signature', 'awsaccesskeyid', 'x-amz-signature'])

export const S3_FORM: FormRules = {
  claim: (fields, mechanism, verification) =>
    mechanism === 'sigv2' ? sigV2Claim(fields, verification) : sigV4Claim(fields, verification),
  ofSignature: new Set([...UNCOVERED, 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', SESSION_TOKEN]),
  token: SESSION_TOKEN,
  uncovered: (name) => (UNCOVERED.has(name) ? 'hidden' : 'refused'),
  filled: 'every',
}

function sigV4Claim(fields: FormFields, verification: Verification): FormClaim {
  const policy = signatureField(fields, 'policy')
  const { accessKeyId, scope } = parseSigV4Credential(
    signatureField(fields, 'x-amz-algorithm'),
    signatureField(fields, 'x-amz-credential'),
  )
  checkScope({ form: 'header', scope }, 's3', verification)
  const date = signatureField(fields, 'x-amz-date')
  checkFormDate(date, scope.date, verification)
  const signature = signatureField(fields, 'x-amz-signature')
  return {
    ...{ scheme: 'sigv4-post', accessKeyId, policy, required: REQUIRED },
    maxSeconds: Math.min(verification.limits.maxUrlSeconds, SIGV4_MAX_URL_SECONDS),
    prove: async (check, claimed) => (await check.sigV4(claimed, 'sigv4-post', scope, signature, [policy])).credential,
  }
}

function sigV2Claim(fields: FormFields, { limits }: Verification): FormClaim {
  const policy = signatureField(fields, 'policy')
  const accessKeyId = signatureField(fields, 'AWSAccessKeyId')
  const signature = signatureField(fields, 'signature')
  return {
    ...{ scheme: 'sigv2-post', accessKeyId, policy, required: REQUIRED, maxSeconds: limits.maxSigV2UrlSeconds },
    prove: (check, claimed) => check.sigV2(claimed, 'sigv2-post', signature, [policy]),
  }
}
