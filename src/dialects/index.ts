/**
 * Dialects: the contract of every wire dialect. Each dialect is a folder with a door of its own (`s3/`, `admin/`), entered
 * by the composition alone; who only needs the contract enters here.
 *
 * Promises: a dialect is a translator; it is pure, sees only what a signature covers, and touches no key, disk or policy.
 * Imports: http, operations, secrets.
 */
export type {
  AnswerContext,
  Decoded,
  DecodedByBody,
  DialectTranslator,
  ExpectedState,
  WantedDocument,
} from './dialect.ts'
export { decodePage, describe, failurePage, PAGE_HEADERS, websiteFace, type PageWish } from './website-face.ts'
