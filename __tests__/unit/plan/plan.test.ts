// planRelease: every name of a release, fixed before the first compile, and every clash of names refused.
import { InputError } from '../../../src/errors.js'
import {
  plannedFiles,
  programName,
  releaseFiles,
  type ReleaseFacts,
  type TargetOptions,
} from '../../../src/plan/plan.js'
import { optionsOf, plannedTarget, planOf, targetOf } from './example-plan.js'

const FOUR = ['age', 'age-inspect', 'age-keygen', 'age-plugin-batchpass'].map(
  (name) => `filippo.io/age/cmd/${name}`,
)

test('a plan of two targets, in full', () => {
  const linux = optionsOf('linux/amd64', {
    packages: FOUR,
    ldflags:
      '-s -w -X main.Version={version} -X main.commit={commit} -X main.date={date} -X main.on={goos}-{goarch}',
    tags: 'netgo,osusergo',
  })
  const windows = optionsOf('windows/arm64', {
    packages: FOUR.slice(0, 1),
    cgo: true,
    buildmode: 'exe',
    linkage: 'any',
  })
  const plan = planOf([linux, windows], { sbom: ['spdx-json', 'cyclonedx-json'] })
  expect(plan).toEqual({
    releaseArtifact: expect.stringMatching(/^age_v1\.3\.1_release_[0-9a-f]{8}$/) as string,
    targets: [
      {
        target: linux.target,
        id: 'linux/amd64',
        folder: 'linux_amd64',
        cgo: false,
        buildmode: undefined,
        ldflags:
          '-s -w -X main.Version=v1.3.1 -X main.commit=0123456789abcdef0123456789abcdef01234567 -X main.date=2026-01-02T03:04:05Z -X main.on=linux-amd64',
        tags: 'netgo,osusergo',
        linkage: 'static',
        programs: [
          { importPath: 'filippo.io/age/cmd/age', file: 'age' },
          { importPath: 'filippo.io/age/cmd/age-inspect', file: 'age-inspect' },
          { importPath: 'filippo.io/age/cmd/age-keygen', file: 'age-keygen' },
          { importPath: 'filippo.io/age/cmd/age-plugin-batchpass', file: 'age-plugin-batchpass' },
        ],
        skippedPackages: [],
        needsCgo: [],
        archive: { format: 'tar.gz', file: 'age_v1.3.1_linux_amd64.tar.gz' },
        sboms: [
          { format: 'spdx-json', file: 'age_v1.3.1_linux_amd64.spdx.json' },
          { format: 'cyclonedx-json', file: 'age_v1.3.1_linux_amd64.cdx.json' },
        ],
        artifact: 'age_v1.3.1_linux_amd64',
        bare: [],
      },
      {
        target: windows.target,
        id: 'windows/arm64',
        folder: 'windows_arm64',
        cgo: true,
        buildmode: 'exe',
        ldflags: '-s -w',
        tags: '',
        linkage: 'any',
        programs: [{ importPath: 'filippo.io/age/cmd/age', file: 'age.exe' }],
        skippedPackages: FOUR.slice(1),
        needsCgo: [],
        archive: { format: 'zip', file: 'age_v1.3.1_windows_arm64.zip' },
        sboms: [
          { format: 'spdx-json', file: 'age_v1.3.1_windows_arm64.spdx.json' },
          { format: 'cyclonedx-json', file: 'age_v1.3.1_windows_arm64.cdx.json' },
        ],
        artifact: 'age_v1.3.1_windows_arm64',
        bare: [],
      },
    ],
  })
})

describe('the variant in names', () => {
  test.each([
    ['linux/amd64', 'linux_amd64'],
    ['linux/amd64/v1', 'linux_amd64'],
    ['linux/amd64/v3', 'linux_amd64v3'],
    ['linux/arm', 'linux_arm'],
    ['linux/arm/v6', 'linux_armv6'],
    ['linux/arm/7+softfloat', 'linux_armv7_softfloat'],
    ['linux/arm64/v8.2+crypto', 'linux_arm64v8.2_crypto'],
    ['linux/386/softfloat', 'linux_386_softfloat'],
    ['linux/mips/softfloat', 'linux_mips_softfloat'],
    ['linux/mips64le/softfloat', 'linux_mips64le_softfloat'],
    ['linux/ppc64le/power10', 'linux_ppc64le_power10'],
    ['linux/riscv64/rva22u64', 'linux_riscv64_rva22u64'],
  ])('%s -> age_v1.3.1_%s', (target, suffix) => {
    const planned = plannedTarget(target)
    expect(releaseFiles(planned)).toEqual([`age_v1.3.1_${suffix}.tar.gz`, `age_v1.3.1_${suffix}.spdx.json`])
    expect(planned.artifact).toBe(`age_v1.3.1_${suffix}`)
  })

  test('every variant of a GOARCH has its own folder and names', () => {
    const texts = [
      'arm/5',
      'arm/6',
      'arm/7',
      'arm/5+hardfloat',
      'arm/6+softfloat',
      'arm64/v8.0+lse',
      'arm64/v8.0+crypto',
    ]
    const { targets } = planOf(texts.map((text) => `linux/${text}`))
    expect(new Set(targets.map(({ folder }) => folder)).size).toBe(texts.length)
    for (const { folder } of targets) expect(folder).toMatch(/^[A-Za-z0-9._-]+$/)
  })
})

describe('the file of a program', () => {
  test.each<[target: string, buildmode: string | undefined, program: { file: string; header?: string }]>([
    ['linux/amd64', undefined, { file: 'age' }],
    ['windows/386', undefined, { file: 'age.exe' }],
    ['darwin/arm64', 'pie', { file: 'age' }],
    ['windows/amd64', 'exe', { file: 'age.exe' }],
    ['wasip1/wasm', undefined, { file: 'age.wasm' }],
    ['js/wasm', undefined, { file: 'age.wasm' }],
    ['wasip1/wasm', 'c-shared', { file: 'age.wasm', header: 'age.h' }],
    ['linux/amd64', 'c-archive', { file: 'age.a', header: 'age.h' }],
    ['windows/amd64', 'c-archive', { file: 'age.a', header: 'age.h' }],
    ['linux/amd64', 'c-shared', { file: 'age.so', header: 'age.h' }],
    ['darwin/arm64', 'c-shared', { file: 'age.dylib', header: 'age.h' }],
    ['windows/amd64', 'c-shared', { file: 'age.dll', header: 'age.h' }],
    ['freebsd/amd64', 'c-shared', { file: 'age.so', header: 'age.h' }],
  ])('%s, buildmode %s', (target, buildmode, program) => {
    const cgo = buildmode === 'c-shared' && target !== 'wasip1/wasm'
    const { programs } = plannedTarget(optionsOf(target, { buildmode, cgo }), { sbom: [] })
    expect(programs).toEqual([{ importPath: 'filippo.io/age/cmd/age', ...program }])
  })

  // As go build names them; checked with Go 1.26.
  test.each([
    ['example.com/hello', 'hello'],
    ['example.com/hello/v2', 'hello'],
    ['example.com/hello/v10', 'hello'],
    ['example.com/hello/v1', 'v1'],
    ['example.com/hello/v0', 'v0'],
    ['example.com/hello/v02', 'v02'],
    ['example.com/hello/v2x', 'v2x'],
    ['gopkg.in/hello.v3', 'hello.v3'],
    ['example.com/cmd/Hello.World', 'Hello.World'],
    ['hello', 'hello'],
    ['v2', 'v2'],
  ])('%s -> %s', (importPath, name) => {
    expect(programName(importPath)).toBe(name)
  })
})

describe('the format of an archive', () => {
  test.each<[archive: ReleaseFacts['archive'], target: string, files: string[]]>([
    ['auto', 'linux/amd64', ['age_v1.3.1_linux_amd64.tar.gz']],
    ['auto', 'windows/amd64', ['age_v1.3.1_windows_amd64.zip']],
    ['zip', 'linux/amd64', ['age_v1.3.1_linux_amd64.zip']],
    ['tar.gz', 'windows/amd64', ['age_v1.3.1_windows_amd64.tar.gz']],
  ])('%s on %s', (archive, target, files) => {
    expect(releaseFiles(plannedTarget(target, { archive, sbom: [] }))).toEqual(files)
  })

  test('archive: none releases the header beside its library', () => {
    const library = optionsOf('linux/amd64', { buildmode: 'c-shared', cgo: true })
    expect(
      releaseFiles(plannedTarget(library, { archive: 'none', archiveName: '{name}-{goos}', sbom: [] })),
    ).toEqual(['age-linux.so', 'age-linux.h'])
  })

  test('archive: none releases each binary under archive-name, with its own name for {name}', () => {
    const windows = optionsOf('windows/amd64', { packages: FOUR.slice(0, 2) })
    const planned = plannedTarget(windows, { archive: 'none', archiveName: '{name}-{version}-{goos}' })
    expect(planned.archive).toBeUndefined()
    expect(planned.bare).toEqual([
      { built: 'age.exe', file: 'age-v1.3.1-windows.exe', executable: true },
      { built: 'age-inspect.exe', file: 'age-inspect-v1.3.1-windows.exe', executable: true },
    ])
    expect(releaseFiles(planned)).toEqual([
      'age-v1.3.1-windows.exe',
      'age-inspect-v1.3.1-windows.exe',
      'age-v1.3.1-windows.spdx.json',
    ])
  })

  test('the artifact is named after the project even where the binaries are bare', () => {
    const options = optionsOf('linux/amd64', { packages: FOUR.slice(1, 2) })
    expect(plannedTarget(options, { archive: 'none' }).artifact).toBe('age_v1.3.1_linux_amd64')
  })
})

test('names hold [A-Za-z0-9._-] only, and placeholders of flags the version as it is', () => {
  const facts = { name: 'my~tool', version: 'v1.0.0+build/5' }
  const plan = planOf([optionsOf('linux/amd64', { ldflags: '-X main.v={version}' })], facts)
  expect(plan.targets[0]?.ldflags).toBe('-X main.v=v1.0.0+build/5')
  const names = [...plannedFiles(plan), plan.releaseArtifact, ...plan.targets.map(({ artifact }) => artifact)]
  expect(names).toContain('my_tool_v1.0.0_build_5_linux_amd64.tar.gz')
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._-]+$/)
})

test('a row may have its own cgo, tags, linkage and packages', () => {
  const row = optionsOf('linux/arm/v6', {
    cgo: true,
    tags: 'a,b',
    linkage: 'glibc<=2.31',
    packages: FOUR.slice(2, 3),
  })
  const [, planned] = planOf([optionsOf('linux/amd64'), row]).targets
  expect(planned).toMatchObject({ cgo: true, tags: 'a,b', linkage: 'glibc<=2.31', id: 'linux/arm/6' })
  expect(planned?.programs.map(({ file }) => file)).toEqual(['age-keygen'])
  expect(planned?.skippedPackages).toEqual(['filippo.io/age/cmd/age'])
})

test('a package that needs cgo is skipped for that, whether another target has it or not', () => {
  const withoutCgo = optionsOf('windows/amd64', { packages: FOUR.slice(0, 1), needsCgo: FOUR.slice(1, 3) })
  const [planned] = planOf([withoutCgo, optionsOf('linux/amd64', { cgo: true, packages: FOUR })]).targets
  expect(planned?.programs.map(({ file }) => file)).toEqual(['age.exe'])
  expect(planned?.needsCgo).toEqual(FOUR.slice(1, 3))
  expect(planned?.skippedPackages).toEqual(FOUR.slice(3))
})

test.each(['aix/ppc64', 'js/wasm', 'plan9/arm', 'wasip1/wasm'])(
  '%s has an SBOM as every other target has',
  (target) => {
    expect(plannedTarget(target, { sbom: ['spdx-json', 'cyclonedx-json'] }).sboms).toHaveLength(2)
  },
)

test('so does an archive of buildmode c-archive', () => {
  const library = optionsOf('linux/amd64', { buildmode: 'c-archive' })
  expect(plannedTarget(library).sboms).toHaveLength(1)
})

test.each(['linux/amd64', 'windows/amd64', 'darwin/arm64', 'freebsd/amd64'])(
  'c-shared for %s is refused without cgo',
  (target) => {
    const library = (cgo: boolean) => optionsOf(target, { buildmode: 'c-shared', cgo })
    expect(() => plannedTarget(library(false))).toThrow(
      `input buildmode: c-shared needs cgo, which is off for ${target}; set cgo: true, `,
    )
    expect(plannedTarget(library(true)).buildmode).toBe('c-shared')
  },
)

test.each<[target: string, archive: ReleaseFacts['archive'], archiveName: string, file: string]>([
  ['windows/amd64', 'none', '{name}.exe', 'age.exe'],
  ['windows/amd64', 'none', '{name}.EXE', 'age.EXE'],
  ['linux/amd64', 'none', '{name}.exe', 'age.exe'],
  ['windows/amd64', 'auto', '{name}.zip', 'age.zip'],
  ['windows/amd64', 'auto', '{name}.Zip', 'age.Zip'],
  ['linux/amd64', 'auto', '{name}.TAR.GZ', 'age.TAR.GZ'],
  ['linux/amd64', 'auto', '{name}.zip', 'age.zip.tar.gz'],
])('%s, archive %s: %s is %s', (target, archive, archiveName, file) => {
  expect(releaseFiles(plannedTarget(target, { archive, archiveName, sbom: [] }))).toEqual([file])
})

test('the target keeps the overrides of its row', () => {
  const target = targetOf('linux/arm64', { cc: 'aarch64-linux-gnu-gcc', env: { CGO_CFLAGS: '-O2' } })
  expect(plannedTarget(optionsOf('linux/arm64', { target })).target).toBe(target)
})

describe('what is refused', () => {
  const bare = { archive: 'none', sbom: [] } as const

  test.each<
    [name: string, targets: (string | TargetOptions)[], facts: Partial<ReleaseFacts>, message: string]
  >([
    [
      'an unknown placeholder in archive-name',
      ['linux/amd64'],
      { archiveName: '{name}_{os}' },
      'input archive-name: {os} is not a placeholder; there are {name} {version} {goos} {goarch} {variant}',
    ],
    [
      'an unknown placeholder in artifact-name',
      ['linux/amd64'],
      { artifactName: '{commit}' },
      'input artifact-name: {commit} is not a placeholder; there are {name} {version} {goos} {goarch} {variant}',
    ],
    [
      'an unknown placeholder in ldflags',
      [optionsOf('linux/amd64', { ldflags: '-X main.v={variant}' })],
      {},
      'input ldflags: {variant} is not a placeholder; there are {version} {commit} {date} {goos} {goarch}',
    ],
    [
      'a version that is a name but no word of flags',
      [optionsOf('linux/amd64', { ldflags: '-X main.v={version}' })],
      { version: 'v1~x' },
      'input ldflags: {version} is "v1~x", which cannot stand in flags; it may hold letters, digits',
    ],
    [
      'an archive name that leaves the output directory',
      ['linux/amd64'],
      { archiveName: '../{name}' },
      'input archive-name: "../age" is not a name for a file in the output directory',
    ],
    [
      'an artifact name that is a path',
      ['linux/amd64'],
      { artifactName: '/{name}' },
      'input artifact-name: "/age" is not a name for a file in the output directory',
    ],
    // The template is the default: the name is what the user must mend.
    ['a name that leaves the output directory', ['linux/amd64'], { name: '../age' }, 'input name: "../age'],
    [
      'two archives of one name',
      ['linux/amd64', 'linux/arm64'],
      { archiveName: '{name}_{goos}' },
      'input archive-name: linux/amd64 and linux/arm64 would both be named age_linux.tar.gz; add {name}, {goos}, {goarch} and {variant}',
    ],
    [
      'variants that the name does not tell apart',
      ['linux/arm/v6', 'linux/arm/v7'],
      { archiveName: '{name}_{goos}_{goarch}' },
      'input archive-name: linux/arm/6 and linux/arm would both be named age_linux_arm.tar.gz',
    ],
    [
      'two SBOMs of one name, where the archives differ',
      ['linux/amd64', 'windows/amd64'],
      { archiveName: '{name}_{goarch}' },
      'input archive-name: linux/amd64 and windows/amd64 would both be named age_amd64.spdx.json',
    ],
    [
      'two artifacts of one name',
      ['linux/amd64', 'linux/arm64'],
      { artifactName: '{name}_{goos}' },
      'input artifact-name: linux/amd64 and linux/arm64 would both be named age_linux; add {name}, {goos}, {goarch} and {variant}',
    ],
    [
      'bare binaries that differ in case only',
      [
        optionsOf('linux/amd64', { packages: ['example.com/cmd/Age'] }),
        optionsOf('linux/arm64', { packages: ['example.com/cmd/age'] }),
      ],
      { ...bare, archiveName: '{name}' },
      'input archive-name: linux/amd64 and linux/arm64 would both be named age',
    ],
    [
      'a bare binary named as the checksums',
      [optionsOf('linux/amd64', { packages: ['example.com/cmd/sha256sums'] })],
      { ...bare, archiveName: '{name}' },
      'input archive-name: the release itself and linux/amd64 would both be named sha256sums',
    ],
    [
      'a bare binary named as the manifest',
      [optionsOf('linux/amd64', { packages: ['example.com/cmd/manifest.json'] })],
      { ...bare, archiveName: '{name}' },
      'input archive-name: the release itself and linux/amd64 would both be named manifest.json',
    ],
    [
      'a bare binary named as the public key',
      [optionsOf('linux/amd64', { packages: ['example.com/cmd/cosign.pub'] })],
      { ...bare, archiveName: '{name}' },
      'input archive-name: the release itself and linux/amd64 would both be named cosign.pub',
    ],
    [
      'a bare binary named as the provenance',
      [optionsOf('linux/amd64', { packages: ['example.com/cmd/provenance.intoto.json'] })],
      { ...bare, archiveName: '{name}' },
      'input archive-name: the release itself and linux/amd64 would both be named provenance.intoto.json',
    ],
    [
      'two programs of one name',
      [optionsOf('linux/amd64', { packages: ['example.com/a/tool', 'example.com/b/tool'] })],
      {},
      'input packages: example.com/a/tool and example.com/b/tool would both be built as tool; name only one of them',
    ],
    [
      'two programs whose names differ in case only',
      [optionsOf('linux/amd64', { packages: ['example.com/cmd/Tool', 'example.com/cmd/tool'] })],
      {},
      'input packages: example.com/cmd/Tool and example.com/cmd/tool would both be built as tool',
    ],
    [
      'two programs whose names differ in the major version only',
      [optionsOf('windows/amd64', { packages: ['example.com/tool', 'example.com/tool/v2'] })],
      {},
      'input packages: example.com/tool and example.com/tool/v2 would both be built as tool.exe',
    ],
  ])('%s', (_, targets, facts, message) => {
    const act = () => planOf(targets, facts)
    expect(act).toThrow(InputError)
    expect(act).toThrow(message)
  })

  test('bare binaries of one target without {name}: the error says to add {name}', () => {
    const options = optionsOf('linux/amd64', { packages: FOUR.slice(0, 2) })
    const act = () => planOf([options], { ...bare, archiveName: '{version}_{goos}_{goarch}{variant}' })
    expect(act).toThrow(InputError)
    expect(act).toThrow('{name}')
  })
})

describe('the artifact of the whole release', () => {
  const artifact = (...targets: string[]) => planOf(targets).releaseArtifact

  test('does not depend on the order of the targets', () => {
    expect(artifact('linux/amd64', 'linux/arm/v6', 'darwin/arm64')).toBe(
      artifact('darwin/arm64', 'linux/amd64', 'linux/arm/6'),
    )
  })

  test('is another one for every other list of targets', () => {
    const lists = [
      ['linux/amd64'],
      ['linux/arm64'],
      ['linux/amd64', 'linux/arm64'],
      ['linux/amd64/v3'],
      ['linux/amd64', 'linux/amd64/v3'],
    ]
    expect(new Set(lists.map((targets) => artifact(...targets))).size).toBe(lists.length)
  })

  test('is another one where two jobs build the same targets under other names', () => {
    const [one, other] = ['{name}-{goos}-a', '{name}-{goos}-b'].map((artifactName) =>
      planOf(['linux/amd64'], { artifactName }),
    )
    expect(one?.releaseArtifact).not.toBe(other?.releaseArtifact)
  })
})

describe('plannedFiles', () => {
  test('are all that a run may write beside the manifest', () => {
    expect(plannedFiles(planOf(['linux/amd64', 'windows/amd64'])).sort()).toEqual([
      'SHA256SUMS',
      'SHA256SUMS.sigstore.json',
      'age_v1.3.1_linux_amd64.spdx.json',
      'age_v1.3.1_linux_amd64.spdx.json.sigstore.json',
      'age_v1.3.1_linux_amd64.tar.gz',
      'age_v1.3.1_linux_amd64.tar.gz.sigstore.json',
      'age_v1.3.1_windows_amd64.spdx.json',
      'age_v1.3.1_windows_amd64.spdx.json.sigstore.json',
      'age_v1.3.1_windows_amd64.zip',
      'age_v1.3.1_windows_amd64.zip.sigstore.json',
      'cosign.pub',
      'linux_amd64.shard.json',
      'provenance.intoto.json',
      'provenance.intoto.json.sigstore.json',
      'windows_amd64.shard.json',
    ])
  })

  test('hold the bare binaries with their signatures', () => {
    const plan = planOf(['linux/amd64'], { archive: 'none', sbom: [], archiveName: '{name}' })
    expect(plannedFiles(plan).sort()).toEqual([
      'SHA256SUMS',
      'SHA256SUMS.sigstore.json',
      'age',
      'age.sigstore.json',
      'cosign.pub',
      'linux_amd64.shard.json',
      'provenance.intoto.json',
      'provenance.intoto.json.sigstore.json',
    ])
  })
})
