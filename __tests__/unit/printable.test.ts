// printable: text from anywhere in, text of which all can be seen out.
import { printable } from '../../src/printable.js'

test.each([
  ['', ''],
  ['plain text: größe, 文字, ❌, 👍', 'plain text: größe, 文字, ❌, 👍'],
  ['two\n\tlines', 'two\n\tlines'],
  ['of\r\nWindows', 'of\nWindows'],
  ['over\rwritten', 'over\\u{d}written'],
  ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
  ['\u009b2J', '\\u{9b}2J'],
  ['\u001b]8;;https://evil.example\u0007link', '\\u{1b}]8;;https://evil.example\\u{7}link'],
  ['a\0b\bc\u007f', 'a\\u{0}b\\u{8}c\\u{7f}'],
  ['a\u202etxt.exe\u202c', 'a\\u{202e}txt.exe\\u{202c}'],
  ['\u2066x\u2069\u200e\u200f\u061c', '\\u{2066}x\\u{2069}\\u{200e}\\u{200f}\\u{61c}'],
  ['ze\u200bro\u200d\ufeff\u00ad\u2060', 'ze\\u{200b}ro\\u{200d}\\u{feff}\\u{ad}\\u{2060}'],
  ['a\u2028b\u2029c\u0085d', 'a\\u{2028}b\\u{2029}c\\u{85}d'],
  // Letters without a shape, and tags, which hold whole messages.
  ['\u3164\u115f\uffa0', '\\u{3164}\\u{115f}\\u{ffa0}'],
  ['a\u{e0041}\u{e0042}', 'a\\u{e0041}\\u{e0042}'],
])('%j -> %j', (text, shown) => {
  expect(printable(text)).toBe(shown)
  expect(printable(shown)).toBe(shown)
})
