import { BUCKET_SENTENCES } from './bucket-sentences.ts'
import { KEY_SENTENCES } from './key-sentences.ts'
import { OBJECT_SENTENCES } from './object-sentences.ts'
import { PEOPLE_SENTENCES } from './people-sentences.ts'
import { SETTING_SENTENCES } from './setting-sentences.ts'
import { SHELL_SENTENCES } from './shell-sentences.ts'

export const SENTENCES = {
  ...SHELL_SENTENCES,
  ...BUCKET_SENTENCES,
  ...OBJECT_SENTENCES,
  ...KEY_SENTENCES,
  ...PEOPLE_SENTENCES,
  ...SETTING_SENTENCES,
}

export type SentenceId = keyof typeof SENTENCES
