import type { GrantConstraints, GrantParty, KeyRightsOperation, ShownGrant } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { nothing, pageMembers, type Answers } from './answer.ts'
import { epochSeconds } from './key-metadata.ts'

function partyMember(who: 'Grantee' | 'Retiring', party: GrantParty | undefined): object {
  if (party === undefined) return {}
  return party.kind === 'principal' ? { [`${who}Principal`]: party.arn } : { [`${who}ServicePrincipal`]: party.name }
}

function constraintMembers({ contextEquals, contextSubset, sourceArn }: GrantConstraints): object {
  return present({
    EncryptionContextEquals: contextEquals,
    EncryptionContextSubset: contextSubset,
    SourceArn: sourceArn,
  })
}

/** One entry of ListGrants and ListRetirableGrants. Its token is told once, when it is made. */
function grantEntry(grant: ShownGrant): object {
  return {
    KeyId: grant.keyArn,
    GrantId: grant.grantId,
    Name: grant.name ?? '',
    CreationDate: epochSeconds(grant.createdMs),
    ...partyMember('Grantee', grant.grantee),
    ...partyMember('Retiring', grant.retiring),
    IssuingAccount: `arn:aws:iam::${grant.issuer}:root`,
    Operations: grant.operations,
    ...(grant.constraints === undefined ? {} : { Constraints: constraintMembers(grant.constraints) }),
  }
}

export const RIGHTS_ANSWERS: Answers<KeyRightsOperation['kind']> = {
  'get-key-policy': ({ policy, policyName }) => ({ Policy: policy, PolicyName: policyName }),
  'put-key-policy': nothing,
  'list-key-policies': ({ policyNames, next }) => ({ PolicyNames: policyNames, ...pageMembers(next) }),
  'create-grant': ({ grantId, grantToken }) => ({ GrantToken: grantToken, GrantId: grantId }),
  'list-grants': ({ grants, next }) => ({ Grants: grants.map(grantEntry), ...pageMembers(next) }),
  'list-retirable-grants': ({ grants, next }) => ({ Grants: grants.map(grantEntry), ...pageMembers(next) }),
  'revoke-grant': nothing,
  'retire-grant': nothing,
  'tag-key': nothing,
  'untag-key': nothing,
  'list-key-tags': ({ tags, next }) => ({
    Tags: tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    ...pageMembers(next),
  }),
}
