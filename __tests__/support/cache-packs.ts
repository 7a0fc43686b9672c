// Opens what the cache client uploaded down to the files of the pack in it, and makes such an upload of any bytes or files.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { actionFolder } from './action-runner.js'
import { runChecked } from './processes.js'
import { temporaryFolder } from './temporary.js'
import { tools } from './test-tools.js'

/** One entry of a tar. */
export interface PackEntry {
  readonly name: string
  /** `file` if absent. */
  readonly type?: 'file' | 'symlink' | 'directory'
  /** Where a symbolic link leads. */
  readonly linkname?: string
  readonly content: Buffer
}

/** The file that a GOCACHE travels in. */
const GOCACHE_PACK = 'go-build.pack'

/** On Node 24: that of the tests has no zstd. `steps` turns `input` into what is written. */
const script = (steps: string) => `
  import { readFileSync, writeFileSync } from 'node:fs'
  import zlib from 'node:zlib'
  import tar from 'tar-stream'
  const [inputFile, outputFile] = process.argv.slice(1)
  const input = readFileSync(inputFile)
  // The client compresses with a window of 2^30.
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: 31 }
  async function collect(stream) {
    const chunks = []
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  async function open(bytes) {
    const extract = tar.extract()
    extract.end(zlib.zstdDecompressSync(bytes, { params }))
    const entries = []
    for await (const entry of extract) {
      const { name, type } = entry.header
      entries.push({ name, type, content: (await collect(entry)).toString('base64') })
    }
    return JSON.stringify(entries)
  }
  async function make(text) {
    const pack = tar.pack()
    for (const { content, ...header } of JSON.parse(text)) pack.entry(header, Buffer.from(content, 'base64'))
    pack.finalize()
    return zlib.zstdCompressSync(await collect(pack))
  }
  writeFileSync(outputFile, await ${steps})`

async function onNode24(steps: string, input: Buffer | string): Promise<Buffer> {
  const folder = temporaryFolder('pack')
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  writeFileSync(from, input)
  // In the folder of the repository Node finds what the script imports.
  await runChecked([tools.node24, '--input-type=module', '--eval', script(steps), from, to], {
    cwd: actionFolder,
  })
  return readFileSync(to)
}

/** The files in a tar that is compressed by zstd, as both the upload and the pack in it are. */
async function openTar(bytes: Buffer): Promise<PackEntry[]> {
  const entries = JSON.parse((await onNode24('open(input)', bytes)).toString()) as {
    name: string
    type: 'file'
    content: string
  }[]
  return entries.map((entry) => ({ ...entry, content: Buffer.from(entry.content, 'base64') }))
}

/** A tar of these entries, compressed by zstd. */
export function makeTar(entries: readonly PackEntry[]): Promise<Buffer> {
  const plain = entries.map((entry) => ({ ...entry, content: entry.content.toString('base64') }))
  return onNode24('make(input.toString())', JSON.stringify(plain))
}

/** Whether an entry holds a pack, and not a text that runs keep for one another. */
export const isPack = ({ key }: { readonly key: string }): boolean =>
  !/^go-cross-release-(baseline|durations)-/.test(key)

/** The pack that an upload holds. */
export async function readPackOf(upload: Buffer): Promise<Buffer> {
  const entries = await openTar(upload)
  if (entries.length !== 1) throw new Error(`not one file: ${entries.map(({ name }) => name).join(', ')}`)
  return entries[0]?.content ?? Buffer.alloc(0)
}

/** The files in that pack, its record first. */
export const readEntriesOf = async (upload: Buffer): Promise<PackEntry[]> => openTar(await readPackOf(upload))

/** An upload that holds `pack`, under the name of a GOCACHE's if no other is given. */
export const uploadOf = (pack: Buffer, name = GOCACHE_PACK): Promise<Buffer> =>
  makeTar([{ name, content: pack }])
