/** The official COS client for Node, sent to a server of ours by address: hosts and signatures stay the vendor's. */
import COS from 'cos-nodejs-sdk-v5'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'

export const APPID = '1250000000'
/** What every call names besides its own parameters. */
export const at = (name: string) => ({ Bucket: `${name}-${APPID}`, Region: REGION })

export function cosClient(server: { readonly endpoint: string }, more: COS.COSOptions = {}): COS {
  const { host, protocol } = new URL(server.endpoint)
  return new COS({
    SecretId: ACCESS_KEY,
    SecretKey: SECRET_KEY,
    Protocol: protocol === 'https:' ? 'https:' : 'http:',
    Ip: host,
    ...more,
  })
}
