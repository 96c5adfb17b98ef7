import { createAdminClient, type AdminClient } from '../src/cli/admin-client.ts'
import { createSend } from '../src/cli/http-exchange.ts'
import { SecretBytes } from '../src/secrets/index.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from './servers.ts'

/** The admin API of a server, as its root, without a process for each call. */
export function adminClient(
  server: { readonly endpoint: string },
  secretKey: string = SECRET_KEY,
  now: () => number = Date.now,
): AdminClient {
  const { hostname, port } = new URL(server.endpoint)
  const endpoint = { secure: false, host: hostname, port: Number(port), text: server.endpoint }
  const secret = new SecretBytes(Buffer.from(secretKey))
  const sources = { endpoint: 'flag', credential: 'flag', region: 'flag' } as const
  return createAdminClient({
    config: { endpoint, credential: { accessKeyId: ACCESS_KEY, secret }, region: REGION, sources },
    send: createSend({ endpoint }),
    now,
  })
}
