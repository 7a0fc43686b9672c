// createTerminal: what a terminal shows in the end, by a small reading of what it is sent.
import { createTerminal } from '../../../src/host/terminal.js'

/** A terminal that knows line ends, `ESC [ n A` and `ESC [ J`, and keeps all rows. */
function openScreen(columns = 20, rows = 10) {
  let screen: string[] = ['']
  const write = (text: string) => {
    for (const [, up, erase, end, character] of text.matchAll(
      // eslint-disable-next-line no-control-regex
      /\u001b\[(\d+)A|(\u001b\[J)|(\n)|([^])/g,
    )) {
      if (up !== undefined) {
        row -= Number(up)
        column = 0
      } else if (erase !== undefined) screen = [...screen.slice(0, row), '']
      else if (end !== undefined) {
        row++
        column = 0
        screen[row] ??= ''
      } else screen[row] = (screen[row] ?? '').slice(0, column++) + (character ?? '')
    }
  }
  let row = 0
  let column = 0
  return { stream: { columns, rows, write }, lines: () => screen.slice(0, -1) }
}

test('the block is drawn over, and lines stay above it', () => {
  const { stream, lines } = openScreen()
  const terminal = createTerminal(stream)
  const print = (line: string) => {
    terminal.above(() => {
      stream.write(`${line}\n`)
    })
  }
  print('first')
  expect(lines()).toEqual(['first'])
  terminal.show(['linux 1 s', 'darwin 1 s'])
  expect(lines()).toEqual(['first', 'linux 1 s', 'darwin 1 s'])
  terminal.show(['linux 2 s', 'darwin 2 s'])
  print('second')
  expect(lines()).toEqual(['first', 'second', 'linux 2 s', 'darwin 2 s'])
  terminal.show(['darwin 3 s'])
  expect(lines()).toEqual(['first', 'second', 'darwin 3 s'])
  terminal.show([])
  print('third')
  expect(lines()).toEqual(['first', 'second', 'third'])
})

test('nothing is shown after the end', () => {
  const { stream, lines } = openScreen()
  const terminal = createTerminal(stream)
  terminal.show(['linux 1 s'])
  terminal.end()
  expect(lines()).toEqual([])
  terminal.show(['linux 2 s'])
  expect(lines()).toEqual([])
})

test('no line of the block is longer than a row, and no block higher than the terminal', () => {
  const { stream, lines } = openScreen(8, 4)
  const terminal = createTerminal(stream)
  terminal.show(['1 aaaaaaaaaaaaaaaa', '2', '3', '4 bbbbbbbbbbbbbb'])
  expect(lines()).toEqual(['2', '3', '4 bbbbb'])
  terminal.show(['5'])
  expect(lines()).toEqual(['5'])
})

test('a terminal that does not know its size is one of 80 columns', () => {
  const { stream, lines } = openScreen(0, 0)
  createTerminal(stream).show(['x'.repeat(100)])
  expect(lines()).toEqual(['x'.repeat(79)])
})

test('nothing is sent where there is nothing to show', () => {
  const written: string[] = []
  const terminal = createTerminal({ columns: 80, rows: 24, write: (text) => written.push(text) })
  terminal.show([])
  terminal.above(() => undefined)
  expect(written).toEqual([])
})
