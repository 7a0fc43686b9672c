// Splits a text into words as Go splits flags and the commands of C compilers.

/**
 * Words are separated by spaces, tabs and line ends, and by no other white space; one that begins with a quote ends at the next such quote, and nothing is unescaped.
 * Source: Split in cmd/internal/quoted.
 */
export function splitQuoted(text: string): string[] {
  const words = text.matchAll(/"([^"]*)"|'([^']*)'|([^ \t\n\r]+)/g)
  return [...words].map(([, double, single, bare]) => double ?? single ?? bare ?? '')
}
