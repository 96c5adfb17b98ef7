/** Uploads by form as a browser sends them, their policies signed by hand from the vendors' pages. */
import { createHash, createHmac } from 'node:crypto'
import { rawRequest, type RawAnswer } from './raw-request.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from './servers.ts'

export type Field = readonly [name: string, value: string]
export type Condition = Readonly<Record<string, string>> | readonly (string | number | readonly string[])[]
export type FormScheme = 'sigv4' | 'sigv2' | 'oss-v1' | 'oss-v4' | 'obs' | 'obs-token' | 'cos' | 'nobody'

export interface BrowserForm {
  readonly scheme: FormScheme
  readonly bucket: string
  readonly fields: readonly Field[]
  /** Besides one `eq` for the bucket and for each field; absent: only these. */
  readonly conditions?: readonly Condition[]
  /** Exactly these conditions, but for what the scheme itself puts there. */
  readonly only?: readonly Condition[]
  readonly file?: string | Uint8Array
  readonly filename?: string
  readonly fileType?: string
  readonly expiresInSeconds?: number
  /** In place of the path of the bucket. */
  readonly path?: string
  readonly host?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly token?: string
  /** The last word on what is sent. */
  readonly change?: (fields: readonly Field[]) => readonly Field[]
  /** Parts behind the file. */
  readonly behind?: readonly Field[]
  readonly headers?: readonly Field[]
}

export const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW'

const TOKEN_FIELDS: Readonly<Record<FormScheme, string>> = {
  ...{ sigv4: 'x-amz-security-token', sigv2: 'x-amz-security-token', nobody: 'x-amz-security-token' },
  ...{ 'oss-v1': 'x-oss-security-token', 'oss-v4': 'x-oss-security-token', cos: 'x-cos-security-token' },
  ...{ obs: 'x-obs-security-token', 'obs-token': 'x-obs-security-token' },
}

/** The fields with the ones of the signature behind them. */
export function signedFields(form: BrowserForm): readonly Field[] {
  const token: readonly Field[] = form.token === undefined ? [] : [[TOKEN_FIELDS[form.scheme], form.token]]
  const fields = [...form.fields, ...token]
  if (form.scheme === 'nobody') return fields
  const signer = signerOf(form)
  const own = fields.map(([name, value]) => ['eq', `$${name}`, value])
  const conditions = [
    ...(form.only ?? [{ bucket: form.bucket }, ...own, ...(form.conditions ?? [])]),
    ...signer.fields.map(([name, value]) => ({ [name === 'q-key-time' ? 'q-sign-time' : name]: value })),
  ]
  const expiration = new Date(Date.now() + (form.expiresInSeconds ?? 600) * 1_000).toISOString()
  const policy = Buffer.from(JSON.stringify({ expiration, conditions }), 'utf8')
  return [...fields, ...signer.fields, ...signer.sign(policy.toString('base64'), policy)]
}

interface Signer {
  /** Known before the policy is, and in it. */
  readonly fields: readonly Field[]
  readonly sign: (policy: string, document: Buffer) => readonly Field[]
}

function signerOf(form: BrowserForm): Signer {
  const id = form.accessKeyId ?? ACCESS_KEY
  const secret = form.secretAccessKey ?? SECRET_KEY
  const sha1 = (text: string): string => createHmac('sha1', secret).update(text).digest('base64')
  const time = new Date().toISOString().replace(/[-:]|\.[0-9]+/g, '')
  const day = time.slice(0, 8)
  switch (form.scheme) {
    case 'sigv4':
      return {
        fields: [
          ['x-amz-algorithm', 'AWS4-HMAC-SHA256'],
          ['x-amz-credential', `${id}/${day}/${REGION}/s3/aws4_request`],
          ['x-amz-date', time],
        ],
        sign: (policy) => [
          ['policy', policy],
          ['x-amz-signature', chain(`AWS4${secret}`, [day, REGION, 's3', 'aws4_request'], policy)],
        ],
      }
    case 'oss-v4':
      return {
        fields: [
          ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
          ['x-oss-credential', `${id}/${day}/cn-hangzhou/oss/aliyun_v4_request`],
          ['x-oss-date', time],
        ],
        sign: (policy) => [
          ['policy', policy],
          ['x-oss-signature', chain(`aliyun_v4${secret}`, [day, 'cn-hangzhou', 'oss', 'aliyun_v4_request'], policy)],
        ],
      }
    case 'cos': {
      const now = Math.floor(Date.now() / 1_000)
      const period = `${now - 60};${now + 3_600}`
      const key = createHmac('sha1', secret).update(period).digest('hex')
      const digest = (document: Buffer): string => createHash('sha1').update(document).digest('hex')
      return {
        fields: [
          ['q-sign-algorithm', 'sha1'],
          ['q-ak', id],
          ['q-key-time', period],
        ],
        sign: (policy, document) => [
          ['policy', policy],
          ['q-signature', createHmac('sha1', key).update(digest(document)).digest('hex')],
        ],
      }
    }
    case 'obs-token':
      return { fields: [], sign: (policy) => [['token', `${id}:${sha1(policy)}:${policy}`]] }
    default: {
      const names = { sigv2: 'AWSAccessKeyId', 'oss-v1': 'OSSAccessKeyId', obs: 'AccessKeyId', nobody: '' }
      const sign = (policy: string): readonly Field[] => [
        [names[form.scheme as keyof typeof names], id],
        ['policy', policy],
        ['signature', sha1(policy)],
      ]
      return { fields: [], sign }
    }
  }
}

function chain(first: string, parts: readonly string[], text: string): string {
  let key: string | Buffer = first
  for (const part of parts) key = createHmac('sha256', key).update(part).digest()
  return createHmac('sha256', key).update(text).digest('hex')
}

/** RFC 7578, as browsers write it. */
export function formBody(
  fields: readonly Field[],
  { file, filename = 'photo.png', fileType = 'image/png', behind = [] }: Partial<BrowserForm> = {},
): Buffer {
  const part = ([name, value]: Field): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: ${fileType}\r\n\r\n`
  return Buffer.concat([
    Buffer.from(fields.map(part).join('')),
    ...(file === undefined ? [] : [Buffer.from(head), Buffer.from(file), Buffer.from('\r\n')]),
    Buffer.from(`${behind.map(part).join('')}--${BOUNDARY}--\r\n`),
  ])
}

export const FORM_TYPE: Field = ['content-type', `multipart/form-data; boundary=${BOUNDARY}`]

/** Signs, writes and sends a form. */
export async function sendForm(server: { readonly endpoint: string }, form: BrowserForm): Promise<RawAnswer> {
  const fields = signedFields(form)
  const body = formBody(form.change?.(fields) ?? fields, { file: 'the file', ...form })
  return rawRequest(server, {
    ...{ method: 'POST', path: form.path ?? (form.host === undefined ? `/${form.bucket}` : '/'), as: 'nobody', body },
    headers: [FORM_TYPE, ...(form.headers ?? [])],
    ...(form.host === undefined ? {} : { host: form.host }),
  })
}

/** Puts another value in the place of a field's. */
export function replaced(name: string, value: string): (fields: readonly Field[]) => readonly Field[] {
  return (fields) => fields.map((field) => (field[0].toLowerCase() === name.toLowerCase() ? [field[0], value] : field))
}
