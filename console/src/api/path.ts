/** A path of the API; each piece is encoded, keys of objects are query values. */
export function path(...pieces: readonly string[]): string {
  return `/${pieces.map(encodeURIComponent).join('/')}`
}
