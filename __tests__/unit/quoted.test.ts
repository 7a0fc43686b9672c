// splitQuoted: the words that Go would see.
import { splitQuoted } from '../../src/quoted.js'

test.each<[text: string, words: string[]]>([
  ['', []],
  ['  \t\n ', []],
  ['gcc', ['gcc']],
  [' ccache  gcc\t-m32 ', ['ccache', 'gcc', '-m32']],
  ['"/opt/my tools/gcc" -O2', ['/opt/my tools/gcc', '-O2']],
  [`-extldflags '-static -lm'`, ['-extldflags', '-static -lm']],
  [`-extldflags "-Wl,-rpath='x'"`, ['-extldflags', `-Wl,-rpath='x'`]],
  // A quote inside a word is a letter of it.
  [`-X=main.v="1 2"`, ['-X=main.v="1', '2"']],
  [`''`, ['']],
  // A space that is none for Go begins no word, and so no quote.
  [`a\u00a0"b -c "`, ['a\u00a0"b', '-c', '"']],
  ['a\u2028b\vc', ['a\u2028b\vc']],
])('%j -> %j', (text, words) => {
  expect(splitQuoted(text)).toEqual(words)
})
