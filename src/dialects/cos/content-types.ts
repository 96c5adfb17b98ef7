/** What an object is read with that was written without a Content-Type: by the end of its name, as COS does it. */

export const DEFAULT_CONTENT_TYPE = 'application/octet-stream'

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'application/gzip': 'gz tgz',
    'application/java-archive': 'jar',
    'application/json': 'json map',
    'application/msword': 'doc',
    'application/pdf': 'pdf',
    'application/vnd.android.package-archive': 'apk',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.ms-powerpoint': 'ppt',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/wasm': 'wasm',
    'application/x-7z-compressed': '7z',
    'application/x-bzip2': 'bz2',
    'application/x-tar': 'tar',
    'application/xml': 'xml',
    'application/yaml': 'yaml yml',
    'application/zip': 'zip',
    'application/zstd': 'zst',
    'audio/mpeg': 'mp3',
    'audio/ogg': 'ogg oga',
    'audio/wav': 'wav',
    'font/ttf': 'ttf',
    'font/woff': 'woff',
    'font/woff2': 'woff2',
    'image/avif': 'avif',
    'image/bmp': 'bmp',
    'image/gif': 'gif',
    'image/heic': 'heic',
    'image/jpeg': 'jpg jpeg',
    'image/png': 'png',
    'image/svg+xml': 'svg',
    'image/tiff': 'tif tiff',
    'image/webp': 'webp',
    'image/x-icon': 'ico',
    'text/css': 'css',
    'text/csv': 'csv',
    'text/html': 'html htm',
    'text/javascript': 'js mjs',
    'text/markdown': 'md',
    'text/plain': 'txt log text',
    'video/mp4': 'mp4',
    'video/quicktime': 'mov',
    'video/webm': 'webm',
    'video/x-matroska': 'mkv',
    'video/x-msvideo': 'avi',
  }).flatMap(([type, ends]) => ends.split(' ').map((end) => [end, type] as const)),
)

export function contentTypeOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 ? DEFAULT_CONTENT_TYPE : (TYPES.get(name.slice(dot + 1).toLowerCase()) ?? DEFAULT_CONTENT_TYPE)
}
