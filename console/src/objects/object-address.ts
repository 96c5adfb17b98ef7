/** The console's page of an object. Keys are query values: they hold slashes, dots and anything else. */
export function objectAddress(bucket: string, key: string, versionId?: string): string {
  const version = versionId === undefined ? '' : `&versionId=${encodeURIComponent(versionId)}`
  return `/buckets/${encodeURIComponent(bucket)}/object?key=${encodeURIComponent(key)}${version}`
}

export function folderAddress(bucket: string, prefix: string): string {
  const query = prefix === '' ? '' : `?prefix=${encodeURIComponent(prefix)}`
  return `/buckets/${encodeURIComponent(bucket)}/objects${query}`
}

/** A name as it can be shown: what is unprintable or turns the direction of text is escaped. */
export function shownName(name: string): string {
  return name.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
