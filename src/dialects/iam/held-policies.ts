/** Policies on somebody: what the actions of users, groups and roles read and write alike. */
import { MAX_DOCUMENT_CHARS, documentXml } from './entities.ts'
import type { AttachedPolicy, PolicyHolder, PolicyText } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { QueryParameters } from '../query-parameters.ts'
import { element } from '../xml-writer.ts'

const HOLDER_PARAMETER: Readonly<Record<PolicyHolder, string>> = {
  user: 'UserName',
  group: 'GroupName',
  role: 'RoleName',
}

interface Named {
  readonly name: string
}

export function readHolder(parameters: QueryParameters, holder: PolicyHolder): Named {
  return { name: parameters.text(HOLDER_PARAMETER[holder]) }
}

export function readInline(parameters: QueryParameters, holder: PolicyHolder): Named & { readonly policyName: string } {
  return { ...readHolder(parameters, holder), policyName: parameters.text('PolicyName') }
}

export function readDocument(parameters: QueryParameters): { readonly document: string } {
  return { document: parameters.text('PolicyDocument', MAX_DOCUMENT_CHARS) }
}

export function readAttached(
  parameters: QueryParameters,
  holder: PolicyHolder,
): Named & { readonly policyArn: string } {
  return { ...readHolder(parameters, holder), policyArn: parameters.text('PolicyArn') }
}

export function readBoundary(
  parameters: QueryParameters,
  holder: PolicyHolder,
): Named & { readonly policyArn: string } {
  return { ...readHolder(parameters, holder), policyArn: parameters.text('PermissionsBoundary') }
}

export function readPrefix(parameters: QueryParameters): { readonly pathPrefix?: string } {
  return present({ pathPrefix: parameters.optional('PathPrefix') })
}

export function inlineXml(
  { document }: PolicyText,
  holder: PolicyHolder,
  { name, policyName }: { readonly name: string; readonly policyName: string },
): readonly string[] {
  return [
    element(HOLDER_PARAMETER[holder], name),
    element('PolicyName', policyName),
    documentXml('PolicyDocument', document),
  ]
}

export function attachedXml({ policyName, arn }: AttachedPolicy): string {
  return element('PolicyName', policyName) + element('PolicyArn', arn)
}
