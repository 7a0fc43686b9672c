// Lines that stay and a block of lines that is drawn over and over below them -> what a terminal is sent.

/** What is used of a stream that is a terminal. */
export interface TerminalStream {
  /** Nought where the terminal does not know. */
  readonly columns: number
  readonly rows: number
  write(text: string): unknown
}

export interface Terminal {
  /** Runs `print`, whatever stream of this terminal it writes whole lines to, above the block. */
  above(print: () => void): void
  /** Draws the block anew; none of it stays where there are no lines. Lines are cut where the terminal ends, and the block with them. */
  show(lines: readonly string[]): void
  /** Takes the block away; nothing is shown from then on. */
  end(): void
}

export function createTerminal(stream: TerminalStream): Terminal {
  let block: readonly string[] = []
  let ended = false
  // As many lines up as the block has, and all from there on away.
  const erase = () => (block.length === 0 ? '' : `\u001b[${block.length}A\u001b[J`)
  const draw = () => block.map((line) => `${line}\n`).join('')
  const terminal: Terminal = {
    above(print) {
      if (block.length > 0) stream.write(erase())
      print()
      if (block.length > 0) stream.write(draw())
    },
    show(lines) {
      if (ended) return
      const former = erase()
      // A line that goes on in the next row would be two to erase.
      const [columns, rows] = [stream.columns || 80, stream.rows || 24]
      block = lines.slice(-Math.max(1, rows - 1)).map((line) => line.slice(0, columns - 1))
      const text = former + draw()
      if (text !== '') stream.write(text)
    },
    end() {
      terminal.show([])
      ended = true
    },
  }
  return terminal
}
