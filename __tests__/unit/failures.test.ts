// collectFailures: one mistake in the source is one message; describeFailure: what each kind of error tells a person.
import { ActionError, BuildError, InputError, LinkageError, ToolError } from '../../src/errors.js'
import { collectFailures, describeFailure, withTargets } from '../../src/failures.js'

const failed = (target: string, error: unknown) => ({ report: { target }, error })
const complaint = (line: number, message: string) => ({ file: 'main.go', line, column: 5, message })

describe('collectFailures', () => {
  test('no failures', () => {
    expect(collectFailures([])).toEqual([])
  })

  test('the same complaint of several targets is told once, with the targets', () => {
    const undefinedX = complaint(3, 'undefined: x')
    const onWindows = complaint(9, 'undefined: syscall.Kill')
    expect(
      collectFailures([
        failed('linux/amd64', new BuildError('does not compile', [undefinedX])),
        failed('windows/amd64', new BuildError('does not compile', [undefinedX, onWindows])),
        failed('darwin/arm64', new BuildError('does not compile', [undefinedX])),
      ]),
    ).toEqual([
      {
        text: 'undefined: x',
        complaint: undefinedX,
        targets: ['linux/amd64', 'windows/amd64', 'darwin/arm64'],
      },
      { text: 'undefined: syscall.Kill', complaint: onWindows, targets: ['windows/amd64'] },
    ])
  })

  test('the same words about two lines are two failures', () => {
    const error = new BuildError('does not compile', [
      complaint(3, 'undefined: x'),
      complaint(4, 'undefined: x'),
    ])
    expect(
      collectFailures([failed('linux/amd64', error)]).map(({ complaint: place }) => place?.line),
    ).toEqual([3, 4])
  })

  test('a build error without a line of the user is told whole', () => {
    expect(
      collectFailures([failed('linux/amd64', new BuildError('linux/amd64: no C compiler', []))]),
    ).toEqual([{ text: 'linux/amd64: no C compiler', targets: ['linux/amd64'] }])
  })

  test('other errors are merged by what they say', () => {
    expect(
      collectFailures([
        failed('linux/amd64', new LinkageError('age: needs libc.so.6')),
        failed('linux/arm64', new LinkageError('age: needs libc.so.6')),
        failed('linux/386', new ActionError('no SBOM')),
      ]),
    ).toEqual([
      { text: 'age: needs libc.so.6', targets: ['linux/amd64', 'linux/arm64'] },
      { text: 'no SBOM', targets: ['linux/386'] },
    ])
  })
})

test('lines of the user that make a program dynamic are told beside what is wrong with it', () => {
  const linkage = new LinkageError('age: needs libc.so.6', [
    complaint(3, 'main → net'),
    complaint(3, 'main → net'),
  ])
  const [first, second, ...others] = collectFailures([
    failed('linux/amd64', linkage),
    failed('linux/arm64', linkage),
  ])
  expect(first).toMatchObject({ text: 'main → net', targets: ['linux/amd64', 'linux/arm64'] })
  expect(second).toEqual({ text: 'age: needs libc.so.6', targets: ['linux/amd64', 'linux/arm64'] })
  expect(others).toEqual([])
})

test.each<[name: string, text: string, targets: number, all: number, told: string]>([
  ['the only target', 'a', 1, 1, 'a'],
  ['all targets', 'a', 2, 2, 'a (on 2 of 2 targets)'],
  ['a few are named', 'a', 3, 4, 'a (on 3 of 4 targets: t0, t1, t2)'],
  ['many are not', 'a', 4, 7, 'a (on 4 of 7 targets)'],
  ['of several lines behind the first', 'a\n\tb\n', 2, 2, 'a (on 2 of 2 targets)\n\tb\n'],
  ['before the colon of a list', 'a:\n\tb', 2, 2, 'a (on 2 of 2 targets):\n\tb'],
])('withTargets: %s', (_, text, count, all, told) => {
  const targets = Array.from({ length: count }, (__, index) => `t${index}`)
  expect(withTargets({ text, targets }, all)).toBe(told)
})

describe('describeFailure', () => {
  const system = (code: string, message: string, path?: string) =>
    Object.assign(new Error(message), { code, syscall: 'write', ...(path === undefined ? {} : { path }) })

  test.each<[name: string, error: unknown, text: string]>([
    ['an explained error is its message', new InputError('sign', 'bad'), 'input sign: bad'],
    [
      'a tool brings the end of its stderr',
      new ToolError('go: exit code 1', 1, 'no such file'),
      'go: exit code 1\nno such file',
    ],
    [
      'a full disk says what to do',
      system('ENOSPC', 'ENOSPC: no space left on device, write', '/out/a'),
      'the disk is full (/out/a); free some space, or name an output-directory on another disk',
    ],
    [
      'a full disk without a path',
      system('ENOSPC', 'ENOSPC: no space left on device, write'),
      'the disk is full; free some space, or name an output-directory on another disk',
    ],
    [
      'the system names the path itself',
      system('EACCES', "EACCES: permission denied, open '/out/a'", '/out/a'),
      "EACCES: permission denied, open '/out/a'",
    ],
    [
      'the path is added where the system does not name it',
      system('EACCES', 'EACCES: permission denied', '/out/a'),
      'EACCES: permission denied (/out/a)',
    ],
    ['what is thrown and no error', 'stopped', 'stopped'],
  ])('%s', (_, error, text) => {
    expect(describeFailure(error)).toBe(text)
  })

  test('anything else is a bug, told with its stack', () => {
    const error = new TypeError('x is not a function')
    const text = describeFailure(error)
    expect(text).toMatch(
      /^this is a bug in go-cross-release, please report it: TypeError: x is not a function\n/,
    )
    expect(text).toContain('failures.test')
  })

  test('an explained error shows no stack', () => {
    expect(describeFailure(new ActionError('explained', { cause: new Error('inner') }))).toBe('explained')
  })
})
