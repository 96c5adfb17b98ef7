/** Changes of keys, aliases and wraps, by the names of their fault points. */
export const KEY_CHANGES = [
  'create-key',
  'create-managed-key',
  'set-alias',
  'put-key-policy',
  'update-key-description',
  'tag-key',
  'create-grant',
  'revoke-grant',
  'remove-grants',
  'remove-alias',
  'enable-key',
  'disable-key',
  'rotate-key',
  'rotate-due-key',
  'set-key-rotation',
  'schedule-key-deletion',
  'cancel-key-deletion',
  'destroy-key',
  'get-import-parameters',
  'import-key-material',
  'delete-imported-key-material',
  'expire-key-material',
  'rotate-service-key',
  'add-root-wraps',
  'remove-root-wraps',
  'begin-cluster-key',
  'renew-wraps',
  'end-cluster-keys',
  'reserve-token-uses',
  'forget-discarded',
  'make-session-key',
  'set-root-credential',
  'recover-root-credential',
] as const

export type KeyChangeName = (typeof KEY_CHANGES)[number]

/** Where a new root key file takes the old one's name, while both open the data. */
export const ROOT_FILE_FAULT_POINTS = ['root-file.rename', 'root-file.renamed'] as const

/** Before and after each commit of this room, where a crash test may end the process or throw. */
export const KEY_FAULT_POINTS: readonly string[] = KEY_CHANGES.flatMap((change) => [
  `${change}:before-metadata-commit`,
  `${change}:after-metadata-commit`,
])
