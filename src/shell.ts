// Turns commands into lines that a POSIX shell takes for exactly these commands.
import type { Environment } from './host/host.js'

/** Any text, such as the name of a branch, may hold what a shell would obey. */
function quoteForShell(word: string): string {
  if (/^[A-Za-z0-9@%+=:,./_-]+$/.test(word)) return word
  const quoted = `'${word.replaceAll("'", "'\\''")}'`
  // What cannot be seen would make another command of it for the eye. A line's end can, and is lost where `$()` ends with it.
  return quoted.replaceAll(/[^\x20-\x7e\n]+/g, (text) => `'"$(printf '${octal(text)}')"'`)
}

/** As `printf` of any shell takes bytes. */
function octal(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}

/** @param environment laid over the shell's own; what is undefined is taken out of it */
export function formatCommand(command: readonly string[], environment: Environment = {}): string {
  const removed = Object.keys(environment).filter((name) => environment[name] === undefined)
  const set = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quoteForShell(value)}`],
  )
  return [
    ...(removed.length === 0 ? [] : ['env', ...removed.flatMap((name) => ['-u', name])]),
    ...set,
    ...command.map(quoteForShell),
  ].join(' ')
}
