import type { LoadPlan, Target } from './load-plan.ts'
import { sendOnce } from './run-load.ts'

/** The key of the benchmark; ids may be the operator's own choice. */
const KEY_ID = 'bench-key'
const DATA_KEY_BYTES = 32

/** GenerateDataKey over KMS's own wire, signed as its clients sign. */
export function dataKeyPlan(): Pick<LoadPlan, 'method' | 'uris' | 'headers' | 'document'> {
  const text = JSON.stringify({ KeyId: KEY_ID, KeySpec: 'AES_256', EncryptionContext: { tenant: 'bench' } })
  return {
    method: 'POST',
    uris: ['/'],
    headers: [
      ['content-type', 'application/x-amz-json-1.1'],
      ['x-amz-target', 'TrentService.GenerateDataKey'],
    ],
    document: { text, service: 'kms' },
  }
}

/** Makes the key, by the admin API. */
export async function makeKey(target: Target): Promise<void> {
  const made = await sendOnce({
    ...{ target, method: 'POST', uris: ['/-/admin/v1/create-key'], bodyBytes: 0, answerBytes: undefined },
    headers: [['content-type', 'application/json']],
    document: { text: JSON.stringify({ keyId: KEY_ID }), service: 's3' },
  })
  if (made.status !== 200) throw new Error(`the key was answered ${made.status}`)
}

/** How long the answers are, after a look whether two of them hold two different keys. */
export async function dataKeyBytes(target: Target): Promise<number> {
  const ask = async (): Promise<{ readonly key: string; readonly bytes: number }> => {
    const answer = await sendOnce({ target, ...dataKeyPlan(), bodyBytes: 0, answerBytes: undefined })
    const said = answer.body?.toString('utf8') ?? ''
    const key = /"Plaintext":"([A-Za-z0-9+/=]+)"/.exec(said)?.[1] ?? ''
    if (answer.status !== 200 || Buffer.from(key, 'base64').length !== DATA_KEY_BYTES) {
      throw new Error(`GenerateDataKey was answered ${answer.status}: ${said}`)
    }
    return { key, bytes: answer.bodyBytes }
  }
  const [one, other] = [await ask(), await ask()]
  if (one.key === other.key) throw new Error('two data keys are the same')
  return one.bytes
}
