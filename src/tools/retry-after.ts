// What a server's Retry-After header says into the milliseconds that it asks for.

/**
 * @param header its value: seconds, or a date as HTTP writes it
 * @param now milliseconds since 1970 by the server's own clock, where that is known
 * @returns undefined where nothing can be understood
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  // Date.parse takes a lot for a date that is none, such as "-5"; those of HTTP begin with the day's name.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
