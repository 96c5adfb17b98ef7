/** Forms of Tencent COS: the digest of the policy, signed by the key of a period ("POST Object"). */
import { createHash } from 'node:crypto'
import { refuse } from '../../operations/index.ts'
import type { Verification } from '../authenticate.ts'
import { cosKey, cosSign } from '../signatures/cos.ts'
import { checkCosTimes } from '../signatures/cos-time.ts'
import type { Uncovered } from './form-conditions.ts'
import { signatureField } from './form-mechanism.ts'
import type { FormClaim, FormFields, FormRules } from './form-rules.ts'

const TOKEN = 'x-cos-security-token'
const OF_SIGNATURE: ReadonlySet<string> = new Set([
  ...['policy', 'q-sign-algorithm', 'q-ak', 'q-key-time', 'q-sign-time', 'q-signature', TOKEN],
])
/** The vendor's own examples leave these out of their policies. */
const FREE: ReadonlySet<string> = new Set(['key', 'success_action_status'])
const ACTS = /^(?:x-.*|cache-control|content-.*|expires|success_action_redirect|acl|tagging|pic-operations)$/

export const COS_FORM: FormRules = {
  claim,
  ofSignature: OF_SIGNATURE,
  token: TOKEN,
  uncovered,
  filled: 'key',
  // Policies call the period as signatures of requests do.
  aliases: new Map([['q-sign-time', 'q-key-time']]),
  emptyIsAbsent: true,
}

function uncovered(name: string): Uncovered {
  if (FREE.has(name)) return 'free'
  return !OF_SIGNATURE.has(name) && ACTS.test(name) ? 'refused' : 'hidden'
}

function claim(fields: FormFields, _mechanism: unknown, { now, limits }: Verification): FormClaim {
  const policy = signatureField(fields, 'policy')
  if (signatureField(fields, 'q-sign-algorithm') !== 'sha1') {
    refuse({ kind: 'malformed-authorization', detail: 'q-sign-algorithm is sha1' })
  }
  const accessKeyId = signatureField(fields, 'q-ak')
  const keyTime = signatureField(fields, 'q-key-time')
  const signature = signatureField(fields, 'q-signature')
  checkCosTimes(keyTime, keyTime, now(), limits)
  return {
    ...{ scheme: 'cos-post', accessKeyId, policy, maxSeconds: limits.maxSigV2UrlSeconds },
    required: ['q-sign-algorithm', 'q-ak', 'q-sign-time'],
    prove: async (check, claimed, { document }) => {
      const text = createHash('sha1').update(document).digest('hex')
      const sign = check.oneOf(claimed, 'cos-post', signature, (secret) => [cosSign(cosKey(secret, keyTime), text)])
      return (await sign).credential
    },
  }
}
