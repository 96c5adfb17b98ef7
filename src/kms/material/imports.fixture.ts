import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import type { ImportKeyMaterial, WrappingAlgorithm, WrappingSpec } from '../../operations/index.ts'
import { OURS, rootOf, type Deployment } from '../keys/keys.fixture.ts'
import type { KeyRequest } from '../key-service.ts'

/** How somebody outside wraps material for an import, with nothing but the public key. */
export function wrapOutside(publicKey: Uint8Array, algorithm: WrappingAlgorithm, material: Uint8Array): Buffer {
  const key = createPublicKey({ key: Buffer.from(publicKey), type: 'spki', format: 'der' })
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256'
  const block = (bytes: Uint8Array): Buffer =>
    publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes)
  if (algorithm.startsWith('RSAES')) return block(material)
  const aes = randomBytes(32)
  const cipher = createCipheriv('id-aes256-wrap-pad', aes, Buffer.from('a65959a6', 'hex'))
  return Buffer.concat([block(aes), cipher.update(material), cipher.final()])
}

type Terms = Partial<Omit<ImportKeyMaterial, 'kind' | 'key' | 'importToken' | 'wrappedMaterial'>>

/** Parameters, wrapping and import in one go; the material does not expire unless `terms` say so. */
export async function bringIn(
  { keys }: Pick<Deployment, 'keys'>,
  key: string,
  material: Uint8Array,
  terms: Terms = {},
  how: { readonly wrapping: WrappingAlgorithm; readonly wrappingKey: WrappingSpec } = {
    wrapping: 'RSAES_OAEP_SHA_256',
    wrappingKey: 'RSA_2048',
  },
  request: KeyRequest = rootOf(OURS),
): Promise<string> {
  const { importToken, publicKey } = await keys.materials['get-import-parameters'](request, { key, ...how })
  const wrappedMaterial = wrapOutside(publicKey, how.wrapping, material)
  const expires = terms.validToMs !== undefined
  const wanted = { key, importToken, wrappedMaterial, expires, ...terms }
  return (await keys.materials['import-key-material'](request, wanted)).materialId
}
