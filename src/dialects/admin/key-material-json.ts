import type { KeyMaterialOperation, Results, ShownMaterial } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { KeyMaterialAdminResults, KeyMaterialGenerationJson } from './key-material-wire.ts'

type Shapers = {
  readonly [Kind in KeyMaterialOperation['kind']]: (result: Results[Kind]) => KeyMaterialAdminResults[Kind]
}

const PEM_LINE_CHARS = 64
const instant = (ms: number): string => new Date(ms).toISOString()

export const KEY_MATERIAL_JSON: Shapers = {
  'get-key-rotation': ({ enabled, periodDays, nextMs, onDemandStartMs }) => ({
    enabled,
    ...present({ periodDays }),
    ...(nextMs === undefined ? {} : { next: instant(nextMs) }),
    ...(onDemandStartMs === undefined ? {} : { onDemandSince: instant(onDemandStartMs) }),
  }),
  'list-key-rotations': ({ materials, next }) => ({ generations: materials.map(generationJson), ...present({ next }) }),
  'get-import-parameters': ({ importToken, publicKey, validToMs }) => {
    const der = Buffer.from(publicKey).toString('base64')
    return {
      ...{ token: Buffer.from(importToken).toString('base64'), publicKey: der, publicKeyPem: pemOf(der) },
      expires: instant(validToMs),
    }
  },
  'import-key-material': ({ keyArn, materialId }) => ({ keyArn, materialId }),
  'delete-imported-key-material': ({ keyArn, materialId }) => ({ keyArn, ...present({ materialId }) }),
}

/** RFC 7468, 13. */
function pemOf(base64: string): string {
  const lines: string[] = []
  for (let at = 0; at < base64.length; at += PEM_LINE_CHARS) lines.push(base64.slice(at, at + PEM_LINE_CHARS))
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`
}

function generationJson(material: ShownMaterial): KeyMaterialGenerationJson {
  const { materialId, state, description, imported, validToMs, rotation } = material
  return {
    ...{ materialId, state },
    ...present({ description, imported }),
    ...(validToMs === undefined ? {} : { expires: instant(validToMs) }),
    ...(rotation === undefined ? {} : { rotated: instant(rotation.atMs), rotation: rotation.type }),
  }
}
