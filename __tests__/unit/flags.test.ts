// refuseLinkerFlags and refuseGoflags: flags as users write them in, and an error for each that bends the build.
import { ActionError, InputError } from '../../src/errors.js'
import { refuseGoflags, refuseLinkerFlags } from '../../src/flags.js'

const ldflags = (text: string) => {
  refuseLinkerFlags('ldflags', text)
}

describe('refuseLinkerFlags', () => {
  test.each([
    '',
    '-s -w',
    '--s --w=true',
    '-X main.version=v1.2.3 -X=main.date=2026-01-02T03:04:05Z',
    `-X 'main.text=a b -extld=x' -X "main.flag=-o out"`,
    "-X 'main.text=@a'",
    '-linkmode external -extldflags -static',
    `-linkmode=external "-extldflags=-static -lm -L/opt/lib -Wl,-z,now -Wl,-rpath,/lib"`,
    `-extldflags '-static-pie -fuse-ld=lld --static'`,
    `-extldflags '"-L/with space" -pthread'`,
    `-extldflags '-m64 -march=native -lm -Wl,-Bstatic,-lssl,-Bdynamic -Wl,--as-needed -Wl,-rpath=/lib -Wl,-O1 libx.a'`,
    `-extldflags '-framework Security -Wl,-headerpad_max_install_names -Wl,--subsystem,windows'`,
    '-buildid= -B none -H windowsgui -compressdwarf=false -I /lib64/ld.so -r /opt/lib',
    'all=-s -w',
    ' example.com/...=-s\n-w\t',
  ])('takes %j', (text) => {
    expect(() => {
      ldflags(text)
    }).not.toThrow()
  })

  test.each<[text: string, problem: string]>([
    ['-extld=/evil', '-extld is refused: it names a program to run; name the C compiler with cc'],
    ['-extld /evil', '-extld is refused'],
    ['--extld=/evil', '-extld is refused'],
    [`'-extld=/evil'`, '"/evil\'" is no flag'],
    [`-s '-extld=/evil it'`, '-extld is refused'],
    [`-s "--extld" /evil`, '-extld is refused'],
    ['-s -w\n-extld=/evil', '-extld is refused'],
    ['-X main.a=b -extld=/evil', '-extld is refused'],
    // The linker would take it for the value of -X, but nobody means that.
    ['-X -extld=/evil', '-extld is refused'],
    ['-linkmode -extld=/evil', '-extld is refused'],
    ['all=-extld=/evil', '-extld is refused'],
    ['main=-s -extld /evil', '-extld is refused'],
    ['\u0085-extld=-s', '-extld is refused'],
    ['\u00a0-extld=/evil', '-extld is refused'],
    ['-X main.a=\u00a0"b -extld=/evil -X "c', '-extld is refused'],
    ["-X main.a=\u2003'b -extld=/evil -X 'c", '-extld is refused'],
    ['-extar=/evil', '-extar is refused: it names a program to run'],
    ['-o /etc/passwd', '-o is refused: it writes files where this action does not look'],
    ['-o=/etc/passwd', '-o is refused'],
    ['-tmpdir=/x', '-tmpdir is refused'],
    ['-cpuprofile /x', '-cpuprofile is refused'],
    ['-capturehostobjs=/x', '-capturehostobjs is refused'],
    ['-importcfg=x', '-importcfg is refused: it changes where the files of a build come from'],
    ['-L /x', '-L is refused'],
    ['-libgcc=/x.a', '-libgcc is refused'],
    ['-buildmode=plugin', '-buildmode is refused: it undoes the input buildmode'],
    ['-linkshared', '-linkshared is refused'],
    ['-V=full', '-V is refused: nothing is built with it'],
    ['-toolexec=/evil', '-toolexec is refused: it names a program to run'],
    ['-s --overlay=evil.json', '-overlay is refused: it changes where the files'],
    ['-modfile evil.mod', '-modfile is refused'],
    ['@flags.txt', '"@flags.txt" is refused: its flags are in a file'],
    ['-s @flags.txt', '"@flags.txt" is refused'],
    ['-X @flags.txt', '"@flags.txt" is refused'],
    [`-s '@flags.txt'`, '"@flags.txt" is refused'],
    ['-s evil.a', '"evil.a" is no flag, and belongs to none'],
    ['-X main.a=b c', '"c" is no flag'],
    [
      '-X main.version',
      '-X wants package.variable=value, as in -X main.version={version}, and got "main.version"',
    ],
    ['-X=version=1', '-X wants package.variable=value, as in -X main.version={version}, and got "version=1"'],
    ['-s -X', '-X wants package.variable=value, as in -X main.version={version}, and got ""'],
    ['-X main.a=b -s c', '"c" is no flag'],
    ['-X=main.a=b c', '"c" is no flag'],
    ['-s -- evil.a', '-- is refused: what follows would be files'],
    ['-s - evil.a', '- is refused'],
    [`-s ''`, '"" is no flag'],
    [`-extldflags '-wrapper /evil'`, '"-wrapper" in -extldflags is refused: it names a program to run'],
    [`-extldflags=-fplugin=/evil.so`, '"-fplugin=/evil.so" in -extldflags is refused'],
    [`--extldflags '-static -specs=/evil'`, '"-specs=/evil" in -extldflags is refused'],
    [`-extldflags '-B/evil'`, '"-B/evil" in -extldflags is refused'],
    [`-extldflags '-fuse-ld=/evil/ld'`, '"-fuse-ld=/evil/ld" in -extldflags is refused'],
    [
      `-extldflags '-Wl,-z,now,-plugin,/evil.so'`,
      '"-Wl,-z,now,-plugin,/evil.so" in -extldflags is refused: it names a program to run',
    ],
    ...[
      ...[
        '-Xlinker',
        '-Xclang',
        '--config=/x',
        '-fpass-plugin=/x',
        '-mllvm',
        '--gcc-toolchain=/x',
        '-save-temps=obj',
      ],
      ...[
        '-dumpdir',
        '-fdump-tree-all=/x',
        '-Wp,-MD,/x',
        '-Wa,-a=/x',
        '-MD',
        '-Wl,@/x',
        '-Wl,-Map=/x',
        '-Wl,-z,now,-Map,/x',
      ],
      ...['-Wl,--out-implib=/x', '-Wl,--dependency-file=/x', '-Wl,-lto_library,/x', '-Wl,-mllvm,-load=/x'],
      ...[
        '-Wl,--load-pass-plugin=/x',
        '-Wl,--print-map-to=/x',
        '-Wl,-B/x',
        '-Wl,--no-such-flag',
        '-fno-such-flag',
      ],
    ].map((word): [string, string] => [
      `-extldflags '${word}'`,
      `${JSON.stringify(word)} in -extldflags is refused: `,
    ]),
    [`-extldflags '-o /etc/passwd'`, '"-o" in -extldflags is refused: it writes files'],
    [`-extldflags '-static -o/etc/passwd'`, '"-o/etc/passwd" in -extldflags is refused'],
    [`-extldflags -Wl,--output=/x`, '"-Wl,--output=/x" in -extldflags is refused'],
    [`-extldflags '-static @/evil'`, '"@/evil" in -extldflags is refused: its flags are in a file'],
    [`-s '-extldflags="-B/evil" -lm'`, '"-B/evil" in -extldflags is refused'],
  ])('refuses %j', (text, problem) => {
    const act = () => {
      ldflags(text)
    }
    expect(act).toThrow(InputError)
    expect(act).toThrow(`input ldflags: ldflags: ${problem}`)
  })
})

describe('refuseGoflags', () => {
  test.each([
    '',
    '-mod=mod',
    '-mod=vendor -modcacherw --trimpath',
    '-tags=a,b -race -buildvcs=false -p=4 -v',
    `'-ldflags=-s -w' "-gcflags=all=-N -l" -asmflags=-spectre=all`,
    `-ldflags=-linkmode=external`,
    '-asmflags=-D=X',
    '-count=1 -timeout=20m',
    '-pgo=off -cover -coverpkg=./...',
  ])('takes %j', (goflags) => {
    expect(() => {
      refuseGoflags(goflags)
    }).not.toThrow()
  })

  test.each<[goflags: string, problem: string]>([
    ['-toolexec=/evil', '-toolexec is refused: it names a program to run'],
    ['--toolexec=/evil', '-toolexec is refused'],
    [`'-toolexec=/evil -x'`, '-toolexec is refused'],
    [`-mod=mod "-toolexec=sh -c id"`, '-toolexec is refused'],
    ['-mod=mod\n-toolexec=/evil', '-toolexec is refused'],
    ['-exec=/evil', '-exec is refused: it names a program to run'],
    ['-vettool=/evil', '-vettool is refused'],
    ['-compiler=gccgo', '-compiler is refused'],
    ['-gccgoflags=-B/evil', '-gccgoflags is refused'],
    ['-overlay=evil.json', '-overlay is refused: it changes where the files of a build come from'],
    ['-modfile=evil.mod', '-modfile is refused'],
    ['-pkgdir=/evil', '-pkgdir is refused'],
    ['-C=/evil', '-C is refused'],
    ['-o=/etc/passwd', '-o is refused: it writes files'],
    ['-debug-actiongraph=/x', '-debug-actiongraph is refused'],
    ['-n', '-n is refused: nothing is built with it'],
    ['-json', '-json is refused: no release needs it; there may be -asan -asmflags'],
    ['-f={{.Dir}}', '-f is refused'],
    ['-module=example.com/evil', '-module is refused'],
    ['-replace=a=/evil', '-replace is refused'],
    ['-constructor', '-constructor is refused'],
    ['evil', '"evil" is not a flag'],
    ['---toolexec=x', '"---toolexec=x" is not a flag'],
    ['-mod mod', '"mod" is not a flag'],
    ['-=x', '"-=x" is not a flag'],
    ['-ldflags=-extld=/evil', '-ldflags: -extld is refused'],
    [`'-ldflags=all=-s -extld /evil'`, '-ldflags: -extld is refused'],
    [`"-ldflags=-extldflags '-B/evil'"`, '-ldflags: "-B/evil" in -extldflags is refused'],
    ['-gcflags=-o=/x', '-gcflags: -o is refused: it writes files'],
    [`'-gcflags=all=-N -cpuprofile=/x'`, '-gcflags: -cpuprofile is refused'],
    [`'-gcflags=-json 0,/x'`, '-gcflags: -json is refused'],
    ['-gcflags=-embedcfg=/x', '-gcflags: -embedcfg is refused'],
    ['-gcflags=@/x', '-gcflags: "@/x" is refused: its flags are in a file'],
    [`'-gcflags=-N evil.go'`, '-gcflags: "evil.go" is no flag'],
    ['-gcflags=-trimpath=', '-gcflags: -trimpath is refused: it undoes the input trimpath'],
    ['-asmflags=-I=/x', '-asmflags: -I is refused'],
    ['-asmflags=-o=/x', '-asmflags: -o is refused'],
  ])('refuses %j', (goflags, problem) => {
    const act = () => {
      refuseGoflags(goflags)
    }
    expect(act).toThrow(ActionError)
    expect(act).toThrow(`GOFLAGS: ${problem}`)
  })

  test('says where they may come from', () => {
    expect(() => {
      refuseGoflags('evil')
    }).toThrow('GOFLAGS: "evil" is not a flag; take it out of the environment')
    expect(() => {
      refuseGoflags('-n')
    }).toThrow(/; take it out of the environment, or of `go env -w` with `go env -u GOFLAGS`$/)
  })
})
