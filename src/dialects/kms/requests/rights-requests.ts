import { GRANT_OPERATIONS, type GrantConstraints, type GrantParty } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { flag, text, word } from '../scalars.ts'
import { optional, required, type Input } from '../shape.ts'
import { structure, texts } from '../structures.ts'
import {
  CONTEXT,
  invalid,
  OWN_KEY_ID,
  PAGE,
  pageOf,
  POLICY,
  POLICY_NAME,
  PRINCIPAL,
  request,
  TAGS,
  tagsOf,
  USE,
  useOf,
} from './request.ts'

const NAMED = { KeyId: required(OWN_KEY_ID) } as const
const MANY = 100
const FEW = 50

const POLICIES = {
  GetKeyPolicy: request({ ...NAMED, PolicyName: optional(POLICY_NAME) }, (input) => ({
    kind: 'get-key-policy',
    key: input.KeyId,
    ...present({ policyName: input.PolicyName }),
  })),
  PutKeyPolicy: request(
    {
      ...NAMED,
      PolicyName: optional(POLICY_NAME),
      Policy: required(POLICY),
      BypassPolicyLockoutSafetyCheck: optional(flag),
    },
    (input) => ({
      kind: 'put-key-policy',
      key: input.KeyId,
      policy: input.Policy,
      ...present({ policyName: input.PolicyName, bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck }),
    }),
  ),
  ListKeyPolicies: request({ ...NAMED, ...PAGE }, (input) => ({
    kind: 'list-key-policies',
    key: input.KeyId,
    ...pageOf(input, MANY),
  })),
} as const

const SERVICE = text({ min: 1, max: 256, pattern: /^[a-z0-9.-]+$/ })
const GRANT_ID = text({ min: 1, max: 128 })
const CONSTRAINTS = {
  EncryptionContextEquals: optional(CONTEXT),
  EncryptionContextSubset: optional(CONTEXT),
  SourceArn: optional(text({ min: 1, max: 2048 })),
} as const

const CREATE_GRANT = {
  ...NAMED,
  GranteePrincipal: optional(PRINCIPAL),
  GranteeServicePrincipal: optional(SERVICE),
  RetiringPrincipal: optional(PRINCIPAL),
  RetiringServicePrincipal: optional(SERVICE),
  Operations: required(texts(word(GRANT_OPERATIONS), { max: GRANT_OPERATIONS.length, shown: true })),
  Constraints: optional(structure(CONSTRAINTS)),
  Name: optional(text({ min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ })),
  ...USE,
} as const

/** A principal or a service; both or `undefined`. */
function party(arn: string | undefined, service: string | undefined, member: string): GrantParty | undefined {
  if (arn !== undefined && service !== undefined) {
    invalid(`You cannot specify both ${member}Principal and ${member}ServicePrincipal.`)
  }
  if (arn !== undefined) return { kind: 'principal', arn }
  return service === undefined ? undefined : { kind: 'service', name: service }
}

function constraintsOf(input: Input<typeof CONSTRAINTS> | undefined): GrantConstraints | undefined {
  if (input === undefined) return undefined
  return present({
    contextEquals: input.EncryptionContextEquals,
    contextSubset: input.EncryptionContextSubset,
    sourceArn: input.SourceArn,
  })
}

const GRANTS = {
  CreateGrant: request(CREATE_GRANT, (input) => ({
    kind: 'create-grant',
    key: input.KeyId,
    grantee:
      party(input.GranteePrincipal, input.GranteeServicePrincipal, 'Grantee') ??
      invalid('You must specify either GranteePrincipal or GranteeServicePrincipal.'),
    operations: input.Operations,
    ...present({
      retiring: party(input.RetiringPrincipal, input.RetiringServicePrincipal, 'Retiring'),
      constraints: constraintsOf(input.Constraints),
      name: input.Name,
    }),
    ...useOf(input),
  })),
  ListGrants: request(
    {
      ...NAMED,
      GrantId: optional(GRANT_ID),
      GranteePrincipal: optional(PRINCIPAL),
      GranteeServicePrincipal: optional(SERVICE),
      ...PAGE,
    },
    (input) => ({
      kind: 'list-grants',
      key: input.KeyId,
      ...present({
        grantId: input.GrantId,
        grantee: party(input.GranteePrincipal, input.GranteeServicePrincipal, 'Grantee'),
      }),
      ...pageOf(input, FEW),
    }),
  ),
  ListRetirableGrants: request(
    { RetiringPrincipal: optional(PRINCIPAL), RetiringServicePrincipal: optional(SERVICE), ...PAGE },
    (input) => ({
      kind: 'list-retirable-grants',
      retiring:
        party(input.RetiringPrincipal, input.RetiringServicePrincipal, 'Retiring') ??
        invalid('You must specify either RetiringPrincipal or RetiringServicePrincipal.'),
      ...pageOf(input, FEW),
    }),
  ),
  RevokeGrant: request({ ...NAMED, GrantId: required(GRANT_ID), DryRun: optional(flag) }, (input) => ({
    kind: 'revoke-grant',
    ...{ key: input.KeyId, grantId: input.GrantId },
    ...present({ dryRun: input.DryRun }),
  })),
  RetireGrant: request(
    {
      GrantToken: optional(text({ min: 1, max: 8192, hidden: true })),
      KeyId: optional(OWN_KEY_ID),
      GrantId: optional(GRANT_ID),
      DryRun: optional(flag),
    },
    (input) => {
      if (input.GrantToken === undefined && (input.KeyId === undefined || input.GrantId === undefined)) {
        invalid('You must specify either a grant token, or a grant ID and a key ID.')
      }
      return {
        kind: 'retire-grant',
        ...present({
          grantToken: input.GrantToken,
          key: input.KeyId,
          grantId: input.GrantId,
          dryRun: input.DryRun,
        }),
      }
    },
  ),
} as const

const TAGGING = {
  TagResource: request({ ...NAMED, Tags: required(TAGS) }, (input) => ({
    kind: 'tag-key',
    key: input.KeyId,
    tags: tagsOf(input.Tags),
  })),
  UntagResource: request(
    { ...NAMED, TagKeys: required(texts(text({ min: 1, max: 128 }), { max: 200, shown: true })) },
    (input) => ({ kind: 'untag-key', key: input.KeyId, tagKeys: input.TagKeys }),
  ),
  ListResourceTags: request({ ...NAMED, ...PAGE }, (input) => ({
    kind: 'list-key-tags',
    key: input.KeyId,
    ...pageOf(input, FEW),
  })),
} as const

/** Policies, grants, tags: who may use a key. */
export const RIGHTS_REQUESTS = { ...POLICIES, ...GRANTS, ...TAGGING } as const
