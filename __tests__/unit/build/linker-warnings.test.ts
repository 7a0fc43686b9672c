// parseStaticWarnings: of what GNU ld says, what makes a static program load shared libraries all the same.
import { parseStaticWarnings } from '../../../src/build/linker-warnings.js'

const warning = (name: string) =>
  `/usr/bin/ld: /tmp/go-link-1/000004.o: in function \`_cgo_f':\n/tmp/go-build/cgo-gcc-prolog:62: warning: Using '${name}' in statically linked applications requires at runtime the shared libraries from the glibc version used for linking`

test('by main package, each function once', () => {
  const stderr = [
    '# example.com/cmd/a',
    warning('dlopen'),
    warning('getaddrinfo'),
    warning('dlopen'),
    '# example.com/cmd/b',
    warning('getgrouplist'),
  ].join('\n')
  expect(parseStaticWarnings(stderr)).toEqual(
    new Map([
      ['example.com/cmd/a', ['dlopen', 'getaddrinfo']],
      ['example.com/cmd/b', ['getgrouplist']],
    ]),
  )
})

test('without a package, and nothing of the kind', () => {
  expect(parseStaticWarnings(warning('dlopen'))).toEqual(new Map([['', ['dlopen']]]))
  expect(parseStaticWarnings('# example.com/a\ngo: downloading x v1.0.0\n')).toEqual(new Map())
})
