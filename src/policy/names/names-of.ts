import type { Vocabulary } from '../document.ts'
import type { Question } from '../question.ts'
import { awsNames } from './aws-names.ts'
import { camNames } from './cam-names.ts'
import { huaweiNames } from './huawei-names.ts'
import { ramNames } from './ram-names.ts'
import type { RequestNames } from './request-names.ts'

const NAMES: Readonly<Record<Vocabulary, (question: Question) => RequestNames>> = {
  aws: awsNames,
  ram: ramNames,
  huawei: huaweiNames,
  cam: camNames,
}

/**
 * What a question is called in a vocabulary. Whichever dialect asked, the question is the same, and so are its names in
 * all four: a Deny holds on every road (T-071).
 */
export function namesOf(question: Question, vocabulary: Vocabulary): RequestNames {
  return NAMES[vocabulary](question)
}
