import { createHmac } from 'node:crypto'
import { readSecretFile, type NotificationSetting } from '../config/index.ts'
import { outboundTo, type SendOutbound } from '../http/index.ts'
import type { SendEvent } from '../objects/index.ts'

/** What a receiver may take for its answer, and how long that may be. */
const WEBHOOK_LIMITS = { totalMs: 10_000, answerBytes: 64 * 1024 } as const
const ARN = 'arn:coffer:webhook:::'

/**
 * Sends events to the operator's webhooks: a POST of JSON, signed with HMAC-SHA256 over `<time>.<body>`, so that a receiver
 * can tell who sent it and that it is not an old one sent again. Any 2xx means that it arrived; redirects are not followed.
 */
export function createWebhooks(setting: NotificationSetting, now: () => number): SendEvent {
  const { secretFile } = setting
  const secret = secretFile === undefined ? undefined : readSecretFile(secretFile, 'the key of notifications')
  const targets = new Map<string, { readonly path: string; readonly host: string; readonly send: SendOutbound }>(
    setting.targets.map(({ name, address, path, host }) => [
      ARN + name,
      { path, host, send: outboundTo({ ...address, publicOnly: !setting.allowPrivate }, WEBHOOK_LIMITS) },
    ]),
  )
  return async ({ target, id, body }) => {
    const found = targets.get(target)
    if (found === undefined || secret === undefined) return false
    const time = String(Math.floor(now() / 1_000))
    const signature = secret.expose((key) => createHmac('sha256', key).update(`${time}.${body}`).digest('hex'))
    try {
      const { status } = await found.send({
        method: 'POST',
        path: found.path,
        headers: [
          ['host', found.host],
          ['content-type', 'application/json'],
          ['user-agent', 'coffer'],
          ['x-coffer-delivery', id],
          ['x-coffer-signature', `t=${time},v1=${signature}`],
        ],
        body: Buffer.from(body, 'utf8'),
      })
      return status >= 200 && status < 300
    } catch {
      // Nobody answered, or not in time: it is tried again.
      return false
    }
  }
}
