const SIGNATURES: readonly (readonly [type: string, at: number, bytes: readonly number[]])[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
  ['image/avif', 4, [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
]

/** The type of a raster image by its first 16 bytes. SVG and HTML are documents, and are none. */
export function kindOfBytes(head: Uint8Array): string | undefined {
  return SIGNATURES.find(([, at, bytes]) => bytes.every((byte, index) => head[at + index] === byte))?.[0]
}
