// The releases of syft and cosign that this action downloads, pinned by SHA-256.
export interface Tool {
  readonly name: 'syft' | 'cosign'
  /** The input that does without the tool where it is `off`. */
  readonly input: 'sbom' | 'sign'
  /** The oldest version that this action's flags work with, without `v`. */
  readonly oldest: string
  /** The release that is downloaded, without `v`. */
  readonly version: string
  /** Path below the base URL of the folder that holds the release's files. */
  readonly releasePath: string
  /** By `GOOS/GOARCH` of the machine. */
  readonly files: Readonly<Record<string, { readonly file: string; readonly sha256: string }>>
  /** What `go install` builds where nothing can be downloaded; Go's checksum database vouches for it. */
  readonly goInstall: { readonly module: string; readonly version: string; readonly ldflags: string }
  /** Arguments that print the version as JSON, and the field that holds it. */
  readonly versionCommand: readonly string[]
  readonly versionField: string
}

export const SYFT: Tool = {
  name: 'syft',
  input: 'sbom',
  oldest: '1.52.0',
  version: '1.54.1',
  releasePath: 'anchore/syft/releases/download/v1.54.1',
  files: {
    'linux/amd64': {
      file: 'syft_1.54.1_linux_amd64.tar.gz',
      sha256: 'c069905b391cc4c20a5ba65ad5c10be2a7ba074f8ea6ad203e24d14e303dad47',
    },
    'linux/arm64': {
      file: 'syft_1.54.1_linux_arm64.tar.gz',
      sha256: 'dfdf0537610113edbefe1f1fc6548bc957b2d77439636ec824fcf0e10d46d054',
    },
    'darwin/amd64': {
      file: 'syft_1.54.1_darwin_amd64.tar.gz',
      sha256: '2956322838b2f64e470eea474495f0cd96be4f222b1ac037258cdc47d965064e',
    },
    'darwin/arm64': {
      file: 'syft_1.54.1_darwin_arm64.tar.gz',
      sha256: 'b4319c3abaa87a0170ab76ee83ea2260ca34b53aecfa3ab0dd5428d2319d744f',
    },
    'windows/amd64': {
      file: 'syft_1.54.1_windows_amd64.zip',
      sha256: '8b56e8285e295e0bbed26eeea9b16ed51c493be97ccdf42dae6326c84fe8e19f',
    },
    'windows/arm64': {
      file: 'syft_1.54.1_windows_arm64.zip',
      sha256: '440019acac7c5b3b44edb8d224aa226b52aadca66a1c3a0a8d58a9525f675e36',
    },
  },
  goInstall: {
    module: 'github.com/anchore/syft/cmd/syft',
    version: '1.52.0',
    // Without it syft writes "[not provided]" as its version into every SBOM.
    ldflags: '-s -w -X main.version=1.52.0',
  },
  versionCommand: ['version', '--output', 'json'],
  versionField: 'version',
}

export const COSIGN: Tool = {
  name: 'cosign',
  input: 'sign',
  // 3.1.3 repairs a bypass of the verification: never below it.
  oldest: '3.1.3',
  version: '3.1.3',
  releasePath: 'sigstore/cosign/releases/download/v3.1.3',
  files: {
    'linux/amd64': {
      file: 'cosign-linux-amd64',
      sha256: '4629c757b7618056f8ddd7e2625ae9fdd94c0372a65049520bc7d9df9efc7f71',
    },
    'linux/arm64': {
      file: 'cosign-linux-arm64',
      sha256: 'c5d324e091826b0d7a78eb16fef316450b4eb9aaec045611c08ba06f5e73220a',
    },
    'linux/arm': {
      file: 'cosign-linux-arm',
      sha256: '3275e61b43a45aa56a6242b49475d8a01874a07469c08fc32d027ba554996e4c',
    },
    'linux/ppc64le': {
      file: 'cosign-linux-ppc64le',
      sha256: '15619e924681c97e0fb4f79c0eb8ef5d29665a06fe6a25078500985aed79321b',
    },
    'linux/riscv64': {
      file: 'cosign-linux-riscv64',
      sha256: '9736177c6be33e4493304fc34feb8aa29209d531b3d40142d7e2a40bbe2f542f',
    },
    'linux/s390x': {
      file: 'cosign-linux-s390x',
      sha256: '253b571ef9e1aef72ef56d74f464ef9fe5182dc83b1ab430bbffbc4c8e43e7fd',
    },
    'darwin/amd64': {
      file: 'cosign-darwin-amd64',
      sha256: '2347488e5d5b25336644024dfeca5601b190e91197a71a917bda44744aff106c',
    },
    'darwin/arm64': {
      file: 'cosign-darwin-arm64',
      sha256: '5cf948c2f4dfe59687bdd0b8523709067383e03982cc543475c8a7dc70e92a76',
    },
    'windows/amd64': {
      file: 'cosign-windows-amd64.exe',
      sha256: '9fe59be0eca1271873ce019061335eb1ac419b7059202e797828467ddabe33be',
    },
  },
  goInstall: { module: 'github.com/sigstore/cosign/v3/cmd/cosign', version: '3.1.3', ldflags: '-s -w' },
  versionCommand: ['version', '--json'],
  versionField: 'gitVersion',
}
