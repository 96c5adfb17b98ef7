import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { contextBytes, type KeyRequest, type KeyUse, type Referrer } from '../kms/index.ts'
import { refuse, type EncryptionContext } from '../operations/index.ts'
import { equalInConstantTime, hkdfExpand, SecretBytes } from '../secrets/index.ts'
import type { Fragment } from '../storage/index.ts'
import type { ObjectKeyService } from './service-keys.ts'

interface FakeKey {
  readonly keyUid: string
  readonly arn: string
  /** By version, counted from 1. */
  readonly materials: Buffer[]
  state: 'enabled' | 'disabled'
}

type Action = Parameters<ObjectKeyService['authorizeUse']>[2]

const LABEL = Buffer.from('coffer/kms-blob/v1\0', 'ascii')

/**
 * A key service in memory for the tests of this room: real wraps in the `CKB1` format, key states, aliases, rights,
 * and a list of what was asked.
 */
export class FakeKeyService implements ObjectKeyService {
  readonly calls: string[] = []
  readonly aliases = new Map<string, string>()
  /** `<access key id> <action>` of rights that are missing. */
  readonly denied = new Set<string>()
  readonly #keys = new Map<string, FakeKey>()
  readonly #serviceKeys = new Map<string, SecretBytes[]>()

  addKey(id: string, account = '000000000001'): FakeKey {
    const key: FakeKey = {
      keyUid: randomBytes(16).toString('hex'),
      arn: `arn:aws:kms:us-east-1:${account}:key/${id}`,
      materials: [randomBytes(32)],
      state: 'enabled',
    }
    this.#keys.set(id, key)
    return key
  }

  rotate(key: FakeKey): void {
    key.materials.push(randomBytes(32))
  }

  rotateServiceKey(account: string): void {
    this.#serviceKeys.get(account)?.push(new SecretBytes(randomBytes(32)))
  }

  count(call: string): number {
    return this.calls.filter((made) => made === call).length
  }

  async resolve(_request: KeyRequest, text: string | undefined): Promise<KeyUse> {
    const name = text ?? 'alias/aws/s3'
    if (text === undefined && !this.aliases.has(name)) {
      this.addKey('managed')
      this.aliases.set(name, 'managed')
    }
    const id = this.aliases.get(name) ?? name.replace(/^.*:key\//, '')
    const key = this.#keys.get(id) ?? refuse({ kind: 'key-not-found', key: name })
    return { keyUid: key.keyUid, version: key.materials.length, arn: key.arn }
  }

  async authorizeUse(
    request: KeyRequest,
    use: Pick<KeyUse, 'keyUid' | 'arn'>,
    action: Action,
    context: EncryptionContext,
  ): Promise<Required<Pick<KeyUse, 'renew'>>> {
    this.calls.push(`authorize ${action}`)
    contextBytes(context)
    this.#authorize(request, this.#byUid(use.keyUid), action)
    return { renew: () => [] }
  }

  async authorizeTask(request: KeyRequest, use: Pick<KeyUse, 'keyUid'>): Promise<void> {
    this.calls.push(`task ${request.road?.task ?? 'none'}`)
    this.#authorize(request, this.#byUid(use.keyUid), 'GenerateDataKey')
  }

  async generateDataKey(
    request: KeyRequest,
    options: { readonly key: string; readonly context: EncryptionContext },
  ): Promise<{ readonly plaintext: SecretBytes; readonly blob: Buffer; readonly use: KeyUse }> {
    this.calls.push('GenerateDataKey')
    const use = await this.resolve(request, options.key)
    this.#authorize(request, this.#byUid(use.keyUid), 'GenerateDataKey')
    const plaintext = randomBytes(32)
    return { blob: this.#wrap(use, plaintext, options.context), plaintext: new SecretBytes(plaintext), use }
  }

  async encrypt(
    request: KeyRequest,
    options: { readonly key: string; readonly plaintext: SecretBytes; readonly context: EncryptionContext },
  ): Promise<{ readonly blob: Buffer; readonly use: KeyUse }> {
    this.calls.push('Encrypt')
    const use = await this.resolve(request, options.key)
    this.#authorize(request, this.#byUid(use.keyUid), 'Encrypt')
    return { blob: options.plaintext.expose((bytes) => this.#wrap(use, bytes, options.context)), use }
  }

  async decrypt(
    request: KeyRequest,
    options: {
      readonly blob: Uint8Array
      readonly context: EncryptionContext
      readonly expectKeyArn?: string
      readonly forWriting?: boolean
    },
  ): Promise<{ readonly plaintext: SecretBytes; readonly use: KeyUse }> {
    const action = options.forWriting === true ? 'GenerateDataKey' : 'Decrypt'
    this.calls.push('Decrypt')
    const blob = Buffer.from(options.blob)
    if (blob.length < 100) return refuse({ kind: 'invalid-ciphertext' })
    const key = this.#byUid(blob.subarray(8, 24).toString('hex'))
    if (options.expectKeyArn !== undefined && options.expectKeyArn !== key.arn) refuse({ kind: 'incorrect-key' })
    this.#authorize(request, key, action)
    const version = blob.readUInt32BE(24)
    const derived = this.#derive(key, version, blob)
    if (!equalInConstantTime(derived.commitment, blob.subarray(52, 84))) return refuse({ kind: 'invalid-ciphertext' })
    const opener = createDecipheriv('aes-256-gcm', derived.key, derived.nonce, { authTagLength: 16 })
    opener.setAAD(Buffer.concat([blob.subarray(0, 84), contextBytes(options.context)]))
    opener.setAuthTag(blob.subarray(-16))
    const plaintext = opener.update(blob.subarray(84, -16))
    try {
      opener.final()
    } catch {
      return refuse({ kind: 'invalid-ciphertext' })
    }
    return { plaintext: new SecretBytes(plaintext), use: { keyUid: key.keyUid, version, arn: key.arn } }
  }

  async reference(use: KeyUse, referrer: Referrer): Promise<Fragment> {
    const row = referenceRow(use, referrer)
    return {
      checks: [{ kind: 'absent', key: row }],
      writes: [{ kind: 'put', key: row, value: new Uint8Array() }],
    }
  }

  dereference(use: Pick<KeyUse, 'keyUid' | 'version'>, referrer: Referrer): Fragment {
    return { checks: [], writes: [{ kind: 'delete', key: referenceRow(use, referrer) }] }
  }

  async serviceKey(
    account: string,
    version?: number,
  ): Promise<{ readonly version: number; readonly key: SecretBytes }> {
    const versions = this.#serviceKeys.get(account) ?? [new SecretBytes(randomBytes(32))]
    this.#serviceKeys.set(account, versions)
    const key = versions[(version ?? versions.length) - 1] ?? refuse({ kind: 'key-unavailable', detail: 'service key' })
    return { version: version ?? versions.length, key }
  }

  #byUid(keyUid: string): FakeKey {
    for (const key of this.#keys.values()) if (key.keyUid === keyUid) return key
    return refuse({ kind: 'invalid-ciphertext' })
  }

  #authorize(request: KeyRequest, key: FakeKey, action: Action): void {
    const { caller } = request
    const name = caller.kind === 'account-root' ? caller.accessKeyId : caller.kind
    if (caller.kind === 'anonymous' || this.denied.has(`${name} ${action}`)) refuse({ kind: 'access-denied' })
    if (key.state === 'disabled') refuse({ kind: 'key-disabled', key: key.arn })
  }

  #wrap(use: KeyUse, plaintext: Uint8Array, context: EncryptionContext): Buffer {
    const header = Buffer.alloc(84)
    header.write('CKB1\x01')
    header.write(use.keyUid, 8, 'hex')
    header.writeUInt32BE(use.version, 24)
    randomBytes(24).copy(header, 28)
    const derived = this.#derive(this.#byUid(use.keyUid), use.version, header)
    derived.commitment.copy(header, 52)
    const cipher = createCipheriv('aes-256-gcm', derived.key, derived.nonce, { authTagLength: 16 })
    cipher.setAAD(Buffer.concat([header, contextBytes(context)]))
    return Buffer.concat([header, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  }

  #derive(key: FakeKey, version: number, blob: Buffer): { key: Buffer; nonce: Buffer; commitment: Buffer } {
    const material = key.materials[version - 1] ?? refuse({ kind: 'invalid-ciphertext' })
    const info = Buffer.concat([LABEL, blob.subarray(0, 52)])
    const derived = hkdfExpand('sha512', createSecretKey(material), info, 76)
    return { key: derived.subarray(0, 32), nonce: derived.subarray(32, 44), commitment: derived.subarray(44) }
  }
}

function referenceRow(use: Pick<KeyUse, 'keyUid' | 'version'>, referrer: Referrer): Buffer {
  return Buffer.from(`use/${use.keyUid}/${use.version}/${referrer.kind}/${Buffer.from(referrer.id).toString('hex')}`)
}
