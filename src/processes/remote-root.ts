import { sha256Hex, signRequest } from '../auth/index.ts'
import type { AwsKmsSetting, RemoteAddress, VaultSetting } from '../config/index.ts'
import { outboundTo } from '../http/index.ts'
import type { RootSetting } from '../kms/index.ts'

/** What a keeper of the root may take for one answer, and how long that may be. */
const KEEPER_LIMITS = { totalMs: 5_000, answerBytes: 64 * 1024 } as const

function textOf({ secure, host, port }: RemoteAddress): string {
  return `${secure ? 'https' : 'http'}://${hostHeader({ secure, host, port })}`
}

function hostHeader({ secure, host, port }: RemoteAddress): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`
}

/** The transit engine over the one door for requests of the server's own. */
export function vaultSettingOf({ address, ...setting }: VaultSetting): RootSetting {
  const send = outboundTo(address, KEEPER_LIMITS)
  return { provider: 'vault', vault: { ...setting, address: textOf(address), send } }
}

/** AWS KMS, signed as any client signs. */
export function awsKmsSettingOf(setting: AwsKmsSetting): RootSetting {
  const { address, keyArn, region, accessKeyId, secretKey } = setting
  const send = outboundTo(address, KEEPER_LIMITS)
  return {
    provider: 'aws-kms',
    kms: {
      address: textOf(address),
      keyArn,
      send: (target, body) => {
        const request = {
          ...{ method: 'POST', host: hostHeader(address), rawPath: '/', payloadHash: sha256Hex(body) },
          headers: [
            ['content-type', 'application/x-amz-json-1.1'],
            ['x-amz-target', target],
          ],
        } as const
        const signer = { accessKeyId, secret: secretKey, region, service: 'kms', timeMs: Date.now() }
        return send({ method: 'POST', path: '/', headers: signRequest(request, signer).headers, body })
      },
    },
  }
}
