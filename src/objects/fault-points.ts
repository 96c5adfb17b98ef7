/**
 * The engine's places where a crash test may end the process: before and after each blob commit and each metadata
 * commit of every path that changes something. Names are `<verb>:<place>`.
 */
export const OBJECT_FAULT_POINTS: readonly string[] = [
  ...['put-object', 'copy-object', 'append-object', 'modify-object', 'upload-part', 'upload-part-copy'].flatMap(
    (verb) => [`${verb}:before-blob-commit`, `${verb}:after-blob-commit`],
  ),
  'complete-upload:before-pages-commit',
  'complete-upload:after-pages-commit',
  ...[
    'put-object',
    'copy-object',
    'append-object',
    'modify-object',
    'truncate-object',
    'restore-object',
    'rename-object',
    'delete-object',
    'put-object-tagging',
    'delete-object-tagging',
    'update-object-encryption',
    'create-upload',
    'upload-part',
    'upload-part-copy',
    'complete-upload:token',
    'complete-upload',
    'complete-upload:give-back',
    'abort-upload',
    'create-bucket',
    'delete-bucket',
    'put-bucket-versioning',
    'put-bucket-encryption',
    'delete-bucket-encryption',
    'collect-garbage:blobs',
    'collect-garbage',
    'forget-done-uploads',
    'expire-upload',
    'lifecycle',
    'lifecycle-upload',
    'deliver-event',
  ].flatMap((verb) => [`${verb}:before-metadata-commit`, `${verb}:after-metadata-commit`]),
]
