/** A part of an upload from a browser, and how many requests one browser sends at once (docs/console.md, "Uploads"). */
export const CONSOLE_PART_BYTES = 8 * 1024 * 1024
export const CONSOLE_PARALLEL = 4
