// A folder and a path -> how the path is written from that folder, where it lies in it.
import path from 'node:path'

/** With `/`, whatever the system; undefined where `file` lies elsewhere. Both are absolute; links are not followed. */
export function pathInside(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file)
  const isElsewhere = /^\.\.([\\/]|$)/.test(relative) || path.isAbsolute(relative)
  return isElsewhere ? undefined : relative.replaceAll(path.sep, '/')
}
