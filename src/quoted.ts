// Splits a text into words as Go splits flags and the commands of C compilers.

/**
 * Words are separated by white space; one that begins with a quote ends at the next such quote, and nothing is unescaped.
 * Source: Split in cmd/internal/quoted.
 */
export function splitQuoted(text: string): string[] {
  const words = text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)
  return [...words].map(([, double, single, bare]) => double ?? single ?? bare ?? '')
}
