/** What actions of several subjects share: tags, boundaries, policy documents. */
import type { EntityTags } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { listXml } from '../query-operation.ts'
import { MAX_TAGS } from '../query-tags.ts'
import { element, parent } from '../xml-writer.ts'

/** IAM API reference, `policyDocumentType`. White space counts here; what a policy may hold without it is less. */
export const MAX_DOCUMENT_CHARS = 131_072
export const MAX_DESCRIPTION_CHARS = 1_000

/** `TagKeys.member.N` */
export function readTagKeys(parameters: QueryParameters): readonly string[] {
  return parameters.texts('TagKeys', MAX_TAGS)
}

/** `Path` and `PermissionsBoundary`, where something is made. */
export function readPlace(parameters: QueryParameters): { readonly path?: string; readonly boundaryArn?: string } {
  return present({ path: parameters.optional('Path'), boundaryArn: parameters.optional('PermissionsBoundary') })
}

/** Nothing where there are none: so the vendor does it, and so clients tell it from an empty list. */
export function tagsXml(tags: EntityTags): string {
  const pairs = Object.entries(tags)
  return pairs.length === 0 ? '' : listXml('Tags', pairs.map(tagXml))
}

export function tagXml([key, value]: readonly [key: string, value: string]): string {
  return element('Key', key) + element('Value', value)
}

export function boundaryXml(arn: string | undefined): string {
  if (arn === undefined) return ''
  return parent(
    'PermissionsBoundary',
    element('PermissionsBoundaryType', 'Policy'),
    element('PermissionsBoundaryArn', arn),
  )
}

/** Documents travel escaped in answers (IAM API reference, GetUserPolicy; RFC 3986, 2.3). */
export function documentXml(name: string, document: string): string {
  return element(name, encodeRfc3986(document.toWellFormed()))
}

function encodeRfc3986(text: string): string {
  const escaped = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text).replace(/[!'()*]/g, escaped)
}
