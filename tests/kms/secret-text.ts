/** A plaintext that is in no answer but the one to who may read it, in no log line and in no audit record. */
export const SECRET_TEXT = 'plaintext-canary-7b1f0c52'
