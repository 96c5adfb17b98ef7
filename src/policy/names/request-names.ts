import type { PolicyDocument, Vocabulary } from '../document.ts'

/** What one question is called in one vocabulary. Actions are in lower case. */
export interface RequestNames {
  /** An Allow has to allow one name of each group. */
  readonly groups: readonly (readonly string[])[]
  /** Wider names of the same deed: a Deny of one of them holds too, and an Allow of them gives nothing. */
  readonly wider: readonly string[]
  /** The resource, in each way in which the vocabulary writes it, in its fields; undefined: only `*` means it. */
  readonly resources: readonly (readonly string[] | undefined)[]
}

/** In how many fields, between colons, the names of resources are compared; the last has everything that is left. */
export const RESOURCE_FIELDS: Readonly<Record<Vocabulary, number>> = {
  /** `arn:partition:service:region:account:resource` */
  aws: 6,
  /** `acs:service:region:account:relative` */
  ram: 5,
  /** `service:region:domain:type:path` */
  huawei: 5,
  /** `qcs:project:service:region:account:resource` */
  cam: 6,
}

const VOCABULARY_OF: Readonly<Record<PolicyDocument['grammar'], Vocabulary>> = {
  aws: 'aws',
  ...{ ram: 'ram', 'oss-bucket': 'ram' },
  ...{ huawei: 'huawei', 'obs-bucket': 'huawei' },
  ...{ cam: 'cam', 'cos-bucket': 'cam' },
}

export function vocabularyOf({ grammar }: PolicyDocument): Vocabulary {
  return VOCABULARY_OF[grammar]
}
