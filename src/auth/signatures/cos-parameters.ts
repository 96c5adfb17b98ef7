/**
 * Which parameters a COS signature has to list. The scheme signs what a client chooses to list, so this table decides what
 * a captured signature can be turned into (T-046): it is every parameter on which a decoder of ours dispatches.
 * Names in lower case: COS tells parameters apart without it.
 */

/** They pick the operation, the version, the upload, the part, or a header of the answer. */
const ACTING = [
  ...['accelerate', 'acl', 'append', 'cors', 'delete', 'domain', 'encryption', 'intelligent-tiering'],
  ...['intelligenttiering', 'inventory', 'lifecycle', 'location', 'logging', 'notification', 'object-lock', 'origin'],
  ...['policy', 'referer', 'replication', 'restore', 'retention', 'select', 'tagging', 'torrent', 'uploads'],
  ...['versioning', 'versions', 'website'],
  ...['id', 'partnumber', 'position', 'select-type', 'uploadid', 'versionid'],
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires'],
] as const

/** Parameters of listings: none of them picks an operation. A signed header need not cover them; a signed URL has to. */
const LISTING = [
  ...['prefix', 'delimiter', 'marker', 'max-keys', 'encoding-type', 'key-marker', 'version-id-marker'],
  ...['upload-id-marker', 'max-uploads', 'max-parts', 'part-number-marker', 'continuation-token'],
  ...['tagkey', 'tagvalue', 'region', 'create-time', 'range'],
] as const

export const COS_SIGNED_PARAMETERS: ReadonlySet<string> = new Set<string>(ACTING)
export const COS_LISTING_PARAMETERS: ReadonlySet<string> = new Set<string>(LISTING)
