/** Forms of Alibaba Cloud OSS: the policy signed by V1 or V4 (OSS API reference, "PostObject"). */
import type { Verification } from '../authenticate.ts'
import { SIGV4_MAX_URL_SECONDS } from '../limits.ts'
import { ossV1Sign } from '../signatures/oss-v1.ts'
import { ossV4Sign, parseOssV4Form } from '../signatures/oss-v4.ts'
import type { Uncovered } from './form-conditions.ts'
import { signatureField } from './form-mechanism.ts'
import type { FormClaim, FormFields, FormRules } from './form-rules.ts'
import { checkFormDate } from './form-times.ts'

const TOKEN = 'x-oss-security-token'
const OF_SIGNATURE: ReadonlySet<string> = new Set([
  ...['policy', 'signature', 'ossaccesskeyid', TOKEN],
  ...['x-oss-signature-version', 'x-oss-credential', 'x-oss-date', 'x-oss-signature'],
])
/**
 * OSS asks for no condition at all. What acts has to be in one all the same: SigV2, OSS and OBS sign policies alike, and a
 * policy would widen by changing its dialect (T-067). These three its own examples leave out.
 */
const FREE: ReadonlySet<string> = new Set(['key', 'success_action_status', 'content-type'])
const ACTS = /^(?:x-.*|cache-control|content-.*|expires|callback.*|success_action_redirect|acl|tagging)$/

export const OSS_FORM: FormRules = {
  claim: (fields, mechanism, verification) =>
    mechanism === 'oss-v1' ? v1Claim(fields, verification) : v4Claim(fields, verification),
  ofSignature: OF_SIGNATURE,
  token: TOKEN,
  uncovered,
  filled: 'key',
  fileType: true,
}

function uncovered(name: string): Uncovered {
  if (FREE.has(name)) return 'free'
  return !OF_SIGNATURE.has(name) && ACTS.test(name) ? 'refused' : 'hidden'
}

function v1Claim(fields: FormFields, { limits }: Verification): FormClaim {
  const policy = signatureField(fields, 'policy')
  const accessKeyId = signatureField(fields, 'OSSAccessKeyId')
  const signature = signatureField(fields, 'Signature')
  return {
    ...{ scheme: 'oss-v1-post', accessKeyId, policy, required: [], maxSeconds: limits.maxSigV2UrlSeconds },
    prove: async (check, claimed) => {
      const sign = check.oneOf(claimed, 'oss-v1-post', signature, (secret) => [ossV1Sign(secret, policy)])
      return (await sign).credential
    },
  }
}

function v4Claim(fields: FormFields, verification: Verification): FormClaim {
  const policy = signatureField(fields, 'policy')
  const { accessKeyId, scope, signature } = parseOssV4Form((name) => signatureField(fields, name))
  checkFormDate(signatureField(fields, 'x-oss-date'), scope.date, verification)
  return {
    ...{ scheme: 'oss-v4-post', accessKeyId, policy, required: [] },
    maxSeconds: Math.min(verification.limits.maxUrlSeconds, SIGV4_MAX_URL_SECONDS),
    prove: async (check, claimed) => {
      const sign = check.oneOf(claimed, 'oss-v4-post', signature, (secret) => ossV4Sign(secret, scope, [policy]))
      return (await sign).credential
    },
  }
}
