/** Every bound of forms, with a name. S3 takes 20 KB before the file; temporary credentials of ours are longer than its. */
export const FORM_LIMITS = Object.freeze({
  /** Fields before the file. */
  maxFields: 200,
  /** One field's value, policies among them. */
  maxFieldBytes: 32 * 1024,
  /** Names and values of all fields before the file. */
  maxHeadBytes: 64 * 1024,
  /** The header lines of one part. */
  maxPartHeadBytes: 4 * 1024,
  /** RFC 2046, 5.1.1. */
  maxBoundaryChars: 70,
  maxConditions: 200,
  /** What comes after the file has no effect; so much of it is read over. */
  maxTrailingBytes: 64 * 1024,
  /** One upload by form (S3, OSS, OBS, COS: 5 GB). */
  maxFileBytes: 5 * 1024 * 1024 * 1024,
})
