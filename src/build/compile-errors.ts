// Finds the places that a failed `go build` complains of in what it printed.
import path from 'node:path'
import type { Complaint } from '../errors.js'
import { pathInside } from '../inside.js'

/** `path.go:3:5: message` and `path.go:3: message`; a drive letter may stand before it. */
const COMPLAINT = /^((?:[A-Za-z]:)?[^\s:][^:]*):(\d+)(?::(\d+))?: (.+)$/

/** A C compiler's words on what it does not refuse. */
const NO_COMPLAINT = /^(?:note|warning): /

/** Go's, where it stops counting. */
const TOO_MANY = 'too many errors'

/** Files that Go, cgo or the C compiler has made for itself. */
const MADE = /^(?:\$WORK\b|<|cgo-(?:gcc|generated|builtin)-)/

/**
 * Lines behind a tab belong to the complaint above them. Files outside the workspace (a dependency's, the standard library's) have
 * no line of the user's to point at.
 *
 * @param folder absolute path of the folder that go ran in, which its paths are relative to
 */
export function parseCompileErrors(stderr: string, folder: string, workspace: string): Complaint[] {
  const errors: Complaint[] = []
  let above: Complaint | undefined
  let isOfPackage = false
  for (const text of stderr.split(/[\r\n]+/)) {
    // Go tells of a package first, and of a place in it behind a tab.
    const match: RegExpExecArray | null = COMPLAINT.exec(isOfPackage ? text.trimStart() : text)
    const [, file, line, column, message] = match ?? []
    isOfPackage = text.startsWith('package ') || (isOfPackage && text.startsWith('\t') && match === null)
    if (file === undefined || message === undefined) {
      if (above !== undefined && text.startsWith('\t')) {
        above = { ...above, message: `${above.message}\n${text}` }
        errors.splice(-1, 1, above)
      } else above = undefined
      continue
    }
    above = undefined
    const inWorkspace = pathInside(workspace, path.resolve(folder, file))
    if (inWorkspace === undefined || MADE.test(file) || NO_COMPLAINT.test(message)) continue
    const last = errors.at(-1)
    if (message === TOO_MANY) {
      if (last !== undefined)
        errors.splice(-1, 1, { ...last, message: `${last.message}\n(go stops here: there are more)` })
      continue
    }
    above = {
      file: inWorkspace,
      line: Number(line),
      column: column === undefined ? undefined : Number(column),
      message,
    }
    errors.push(above)
  }
  return errors
}
