// The checksums that syft and cosign publish into src/tools/pins.ts, and these pins into the table of README.md.
//
//   npm run tools                                the newest releases of the same major versions
//   npm run tools -- syft@1.54.1                 this one, and nothing of the other
//   npm run tools -- --table                     the table only
//   npm run tools -- --check                     whether the table says what the pins say
//   --base-url URL                               a mirror of github.com
//   --root FOLDER                                where src/tools/pins.ts and README.md are
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import prettier from 'prettier'
import semver from 'semver'
import ts from 'typescript'

/** Name of the file that lists a release's digests. */
const CHECKSUMS = { syft: (version) => `syft_${version}_checksums.txt`, cosign: () => 'cosign_checksums.txt' }

/** The text of pins.ts into what it exports; it imports nothing. */
async function readPins(text) {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  const { SYFT, COSIGN } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`)
  return [SYFT, COSIGN]
}

async function fetchText(url) {
  const response = await globalThis.fetch(url)
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`)
  return response.text()
}

/** GitHub redirects from a project's newest release to the page of its tag. */
async function findNewest(baseUrl, { name, releasePath, version }) {
  const [project] = releasePath.split('/download/')
  const url = `${baseUrl}/${project}/latest`
  const response = await globalThis.fetch(url, { redirect: 'manual' })
  const location = response.headers.get('location') ?? ''
  const newest = semver.valid(/\/tag\/v([^/]+)$/.exec(location)?.[1])
  if (newest === null)
    throw new Error(`${url} does not lead to a release: HTTP ${response.status} ${location}`)
  if (semver.major(newest) !== semver.major(version)) {
    throw new Error(`${name} ${newest} may take other flags than ${version}: name the version that is wanted`)
  }
  return newest
}

/** Lines as sha256sum writes them into a map from name to digest. */
function parseChecksums(text) {
  const lines = text.split('\n').map((line) => /^([0-9a-f]{64}) [ *](\S+)$/.exec(line.trimEnd()))
  return new Map(lines.filter((found) => found !== null).map(([, sha256, file]) => [file, sha256]))
}

/** @returns the text of pins.ts with the tool's release, file names and digests exchanged */
async function renew(text, tool, version, baseUrl) {
  if (semver.lt(version, tool.oldest)) {
    throw new Error(`${tool.name} ${version} is older than ${tool.oldest}, the oldest that works`)
  }
  const releasePath = tool.releasePath.replaceAll(tool.version, version)
  const list = `${baseUrl}/${releasePath}/${CHECKSUMS[tool.name](version)}`
  const published = parseChecksums(await fetchText(list))
  const begin = text.indexOf(`export const ${tool.name.toUpperCase()}: Tool`)
  const end = text.indexOf('\n}\n', begin)
  const block = text
    .slice(begin, end)
    .replace(`\n  version: '${tool.version}'`, `\n  version: '${version}'`)
    .replace(tool.releasePath, releasePath)
    .replaceAll(/file: '([^']+)',(\s+)sha256: '[0-9a-f]{64}'/g, (_, file, space) => {
      const name = file.replaceAll(tool.version, version)
      const sha256 = published.get(name)
      if (sha256 === undefined) throw new Error(`${list} does not list ${name}`)
      return `file: '${name}',${space}sha256: '${sha256}'`
    })
  return text.slice(0, begin) + block + text.slice(end)
}

/** `linux (amd64, arm64), darwin (…)` */
function describePlatforms(files) {
  const systems = {}
  for (const [goos, goarch] of Object.keys(files).map((platform) => platform.split('/'))) {
    systems[goos] = [...(systems[goos] ?? []), goarch]
  }
  return Object.entries(systems)
    .map(([goos, architectures]) => `${goos} (${architectures.join(', ')})`)
    .join(', ')
}

function formatTable(tools) {
  const rows = tools.map(
    ({ name, version, files, oldest, goInstall }) =>
      `| ${name} | ${oldest} or later, below ${semver.major(oldest) + 1} | ${version}: ${describePlatforms(files)} | ${goInstall.version} |`,
  )
  return ['| tool | on PATH | downloaded | built by Go |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** @returns the README with the table of these pins between its markers, formatted as everything is */
async function tableInto(readme, tools) {
  const between = /(<!-- tools -->\n)[^]*?(<!-- \/tools -->)/
  if (!between.test(readme)) throw new Error('README.md has no <!-- tools --> … <!-- /tools -->')
  const table = await prettier.format(formatTable(tools), { parser: 'markdown' })
  return readme.replace(between, (_, open, close) => `${open}\n${table}\n${close}`)
}

/** @returns the text of pins.ts with what `wanted` names (`syft@1.54.1`, or `syft` for its newest) renewed; all, where that is empty */
async function renewWanted(pins, wanted, baseUrl) {
  const versions = new Map(wanted.map((text) => text.split('@')))
  const known = await readPins(pins)
  const unknown = [...versions.keys()].find((name) => known.every((tool) => tool.name !== name))
  if (unknown !== undefined) throw new Error(`${unknown} is not a tool that is pinned`)
  let renewed = pins
  for (const tool of known) {
    if (versions.size > 0 && !versions.has(tool.name)) continue
    const named = versions.get(tool.name)
    const version = named === undefined ? await findNewest(baseUrl, tool) : semver.valid(named)
    if (version === null) throw new Error(`${named} is not a version`)
    renewed = await renew(renewed, tool, version, baseUrl)
    console.log(`${tool.name} ${tool.version} → ${version}`)
  }
  return renewed
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      check: { type: 'boolean', default: false },
      table: { type: 'boolean', default: false },
      'base-url': { type: 'string', default: 'https://github.com' },
      root: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    },
  })
  const pinsFile = path.join(values.root, 'src/tools/pins.ts')
  const readmeFile = path.join(values.root, 'README.md')
  const read = (file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  const pins =
    values.check || values.table
      ? read(pinsFile)
      : await renewWanted(read(pinsFile), positionals, values['base-url'])
  const readme = await tableInto(read(readmeFile), await readPins(pins))
  if (!values.check) {
    // Both or neither: nothing is written before all was found.
    writeFileSync(pinsFile, pins)
    writeFileSync(readmeFile, readme)
  } else if (read(readmeFile) !== readme) {
    throw new Error('README.md is not what src/tools/pins.ts says; run `npm run tools -- --table`')
  }
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
