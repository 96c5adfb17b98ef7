const ARN = /^arn:[a-z-]{1,16}:kms:([^:]*):([^:]*):(?:key\/)?(.+)$/

/** The id of the key that an ARN names. */
export function keyIdOf(arn: string): string {
  return ARN.exec(arn)?.[3] ?? arn
}

/** `arn:aws:kms:...` with the beginning that another vendor has. */
export function arnOf(beginning: string, arn: string): string {
  return arn.replace(/^arn:[a-z-]{1,16}:/, beginning)
}

/** And back; a text that does not begin so is what it is. */
export function fromVendorArn(beginning: string, text: string): string {
  return text.startsWith(`${beginning}kms:`) ? `arn:aws:${text.slice(beginning.length)}` : text
}
