// Finds the places that a failed `go build` complains of in what it printed.
import path from 'node:path'
import type { Complaint } from '../errors.js'
import { pathInside } from '../inside.js'

/** `path.go:3:5: message` and `path.go:3: message`; a drive letter may stand before it. */
const COMPLAINT = /^((?:[A-Za-z]:)?[^\s:][^:]*):(\d+)(?::(\d+))?: (.+)$/

/**
 * Files outside the workspace (a dependency's, the standard library's) have no line of the user's to point at.
 *
 * @param folder absolute path of the folder that go ran in, which its paths are relative to
 */
export function parseCompileErrors(stderr: string, folder: string, workspace: string): Complaint[] {
  const errors: Complaint[] = []
  for (const text of stderr.split(/[\r\n]+/)) {
    const [, file, line, column, message] = COMPLAINT.exec(text) ?? []
    if (file === undefined || message === undefined) continue
    const inWorkspace = pathInside(workspace, path.resolve(folder, file))
    if (inWorkspace === undefined) continue
    errors.push({
      file: inWorkspace,
      line: Number(line),
      column: column === undefined ? undefined : Number(column),
      message,
    })
  }
  return errors
}
