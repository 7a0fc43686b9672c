// Named contents -> an ar archive of them, in the way of each of the tools that write one.

export type ArMember = readonly [name: string, content: Uint8Array | string]

/** With one character for each byte of the name in UTF-8, as all text is here before it is written. */
const inBytes = ([name, content]: ArMember): ArMember => [Buffer.from(name).toString('latin1'), content]

/** The name field as it is, and the content as it is. */
export function rawMember(name: string, content: Uint8Array | string): Buffer {
  const data = Buffer.from(content)
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(data.length).padEnd(10)}\`\n`
  return Buffer.concat([Buffer.from(header, 'latin1'), data, Buffer.from(data.length % 2 === 0 ? '' : '\n')])
}

export const rawArchive = (...members: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('!<arch>\n'), ...members])

const SYMBOLS = Buffer.alloc(4)

/** As GNU ar and llvm-ar write it: long names in a table of their own. `terminator` is `/\n`, or NUL as Microsoft's tools have it. */
export function makeGnuAr(members: readonly ArMember[], terminator = '/\n', symbols = '/'): Buffer {
  let table = ''
  const named = members.map(inBytes).map(([name, content]) => {
    if (name.length < 16 && !name.includes('/')) return rawMember(`${name}/`, content)
    const at = table.length
    table += `${name}${terminator}`
    return rawMember(`/${at}`, content)
  })
  const tables = table === '' ? [] : [rawMember('//', Buffer.from(table, 'latin1'))]
  return rawArchive(rawMember(symbols, SYMBOLS), ...tables, ...named)
}

/** As BSD and Darwin write it: long names before their content, there filled up with NULs. */
export function makeBsdAr(members: readonly ArMember[], fillTo = 1): Buffer {
  const named = [['__.SYMDEF SORTED', SYMBOLS] as const, ...members.map(inBytes)].map(([name, content]) => {
    if (fillTo === 1 && name.length <= 16 && !name.includes(' ')) return rawMember(name, content)
    const filled = Math.ceil((name.length + 1) / fillTo) * fillTo
    return rawMember(
      `#1/${filled}`,
      Buffer.concat([Buffer.from(name.padEnd(filled, '\0'), 'latin1'), Buffer.from(content)]),
    )
  })
  return rawArchive(...named)
}

/** As AIX writes it: a chain of members. */
export function makeBigAr(files: readonly ArMember[]): Buffer {
  const members = files.map(inBytes)
  const long = (value: number): string => String(value).padEnd(20)
  const sizes = members.map(([name, content]) => {
    const size = 112 + name.length + (name.length % 2) + 2 + Buffer.from(content).length
    return size + (size % 2)
  })
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 128))
  const parts = members.map(([name, content], index) => {
    const data = Buffer.from(content)
    const header =
      long(data.length) +
      long(starts[index + 1] ?? 0) +
      long(starts[index - 1] ?? 0) +
      '0'.padEnd(12).repeat(4) +
      String(name.length).padEnd(4) +
      name +
      (name.length % 2 === 0 ? '' : '\0') +
      '`\n'
    const part = Buffer.concat([Buffer.from(header, 'latin1'), data])
    return Buffer.concat([part, Buffer.alloc(part.length % 2)])
  })
  const header = `<bigaf>\n${long(0)}${long(0)}${long(0)}${long(starts[0] ?? 0)}${long(starts.at(-1) ?? 0)}${long(0)}`
  return Buffer.concat([Buffer.from(header), ...parts])
}
