// Retry-After, as servers write it and as they should not.

import { parseRetryAfter } from '../../../src/tools/retry-after.js'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

test.each([
  ['seconds', '120', 120_000],
  ['no seconds', '0', 0],
  ['spaces around them', ' 7 ', 7000],
  ['a date', 'Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
  ['a date of the old kind', 'Friday, 02-Jan-26 03:05:05 GMT', 60_000],
  ["a date as C's asctime writes it", 'Fri Jan  2 03:04:06 2026 GMT', 1000],
  ['a date that is over', 'Thu, 01 Jan 2026 00:00:00 GMT', 0],
  ['nothing', null, undefined],
  ['an empty value', '', undefined],
  ['a negative number', '-5', undefined],
  ['a fraction', '1.5', undefined],
  ['a word', 'soon', undefined],
  ['words that look like a date', 'Fri, later', undefined],
])('%s', (_, header, expected) => {
  expect(parseRetryAfter(header, NOW)).toBe(expected)
})
