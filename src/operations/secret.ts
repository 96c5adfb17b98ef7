/** The shape of `SecretBytes`, without importing the room that makes it: `operations` imports nothing. */
export interface SecretLike {
  readonly length: number
  expose<Result>(use: (bytes: Uint8Array) => Result): Result
  wipe(): void
}
