// createGithubHost: what a runner's environment tells, and a log in which no text becomes a command of the runner.
import { symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { jest } from '@jest/globals'
import { createGithubHost, readRunnerInput } from '../../../src/host/github.js'
import type { RunEvent } from '../../../src/host/host.js'
import { temporaryFolder } from '../../support/temporary.js'

const TEMP = path.resolve('/runner/_temp')
const ENVIRONMENT = { RUNNER_TEMP: TEMP, GITHUB_WORKSPACE: path.resolve('/runner/work/hello') }

/** What `act` prints on standard output. */
async function printed(act: () => void | Promise<void>): Promise<string> {
  const chunks: string[] = []
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk))
    return true
  })
  try {
    await act()
  } finally {
    write.mockRestore()
  }
  return chunks.join('')
}

/**
 * Whether the runner takes the line for a command: one that begins with `::` behind white space as .NET knows it, or
 * holds `##[` anywhere. Source: ActionCommand.TryParseV2 and TryParse in actions/runner.
 */
const isCommand = (line: string) => /^[\s\u0085]*::/.test(line) || line.includes('##[')

describe('text from elsewhere is no command of the runner', () => {
  const { log } = createGithubHost(ENVIRONMENT)
  const hostile = [
    '::set-output name=a::b',
    '  ::stop-commands::x',
    '\t::add-mask::x',
    '\u00a0::error::x',
    '\u3000::error::x',
    '\u0085::error::x',
    'first\n::error::x\n  ::error::y',
    'first\r::error::x',
    'first\r\n::error::x',
    '##[error]x',
    'text ##[add-path]/evil',
    '##\r[error]x',
    '###[error]x',
    '####[[error]x',
    '\r::error::x',
    ':\r:error::x',
    ' \r\n ::error::x',
  ]

  test.each(hostile)('info: %j', async (text) => {
    const lines = (
      await printed(() => {
        log.info(text)
      })
    ).split(/\r\n|\r|\n/)
    expect(lines.filter(isCommand)).toEqual([])
  })

  test.each(hostile)('the title of a group: %j', async (text) => {
    const lines = (await printed(() => log.group(text, () => Promise.resolve()))).split(/\r\n|\r|\n/)
    // The group is the only command that is meant.
    expect(lines.filter(isCommand)).toEqual([lines[0], '::endgroup::'])
    expect(lines[0]).toMatch(/^::group::/)
  })

  test.each(hostile)('an annotation of %j is one command', async (text) => {
    const output = await printed(() => {
      log.error(text, { file: 'a,b::c.go', line: 3, column: 5 })
    })
    expect(output).toMatch(/^::error file=a%2Cb%3A%3Ac\.go,line=3,col=5::[^\r\n]*\r?\n$/)
  })

  test('what cannot be seen is shown, in messages and in names of files', async () => {
    const output = await printed(() => {
      log.warning('\u001b[31mred\u202e', { file: '\u001b[2J\u200b.go' })
      log.info('\u0007')
    })
    expect(output.split(/\r?\n/)).toEqual([
      '::warning file=\\u{1b}[2J\\u{200b}.go::\\u{1b}[31mred\\u{202e}',
      '\\u{7}',
      '',
    ])
  })

  test.each(['a: b', 'std::vector', '## [x]', 'a ## b', ':: is C++'.slice(3), '  indented', ''])(
    'harmless text stays as it is: %j',
    async (text) => {
      expect(
        (
          await printed(() => {
            log.info(text)
          })
        ).replace(/\r?\n$/, ''),
      ).toBe(text)
    },
  )
})

describe('annotations', () => {
  const ofLevel = (output: string, level: string) =>
    output.split('\n').filter((line) => line.startsWith(`::${level}`))
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      message: `m${index}`,
      place: { file: 'a.go', line: index + 1 },
    }))

  test('of many errors nine are shown, so that the one that ends the run is the tenth', async () => {
    const host = createGithubHost(ENVIRONMENT)
    const output = await printed(() => {
      host.tellAll('error', [{ message: 'no place' }, ...many(11)])
      host.log.error('the end')
    })
    const shown = ofLevel(output, 'error')
    expect(shown).toHaveLength(10)
    expect(shown[0]).toBe('::error file=a.go,line=1::m0')
    expect(shown[8]).toBe('::error file=a.go,line=9::m8%0A… and 3 more errors in the log')
    expect(shown[9]).toBe('::error::the end')
    expect(output.split('\n').slice(9, 12)).toEqual([
      'error: a.go:10: m9',
      'error: a.go:11: m10',
      'error: no place',
    ])
  })

  test.each([9, 1, 0])('%d errors are all shown', async (count) => {
    const host = createGithubHost(ENVIRONMENT)
    const output = await printed(() => {
      host.tellAll('error', many(count))
    })
    expect(ofLevel(output, 'error')).toHaveLength(count)
    expect(output).not.toContain('more error')
  })

  test('a second list has what room the first has left', async () => {
    const host = createGithubHost(ENVIRONMENT)
    const output = await printed(() => {
      host.tellAll('warning', many(9))
      host.tellAll('warning', many(2))
      host.tellAll('warning', many(1))
      host.tellAll('notice', many(1))
    })
    expect(ofLevel(output, 'warning').at(-1)).toBe(
      '::warning file=a.go,line=1::m0%0A… and 1 more warning in the log',
    )
    expect(ofLevel(output, 'warning')).toHaveLength(10)
    expect(output.split('\n').slice(10)).toEqual([
      'warning: a.go:2: m1',
      'warning: a.go:1: m0',
      '::notice file=a.go,line=1::m0',
      '',
    ])
  })

  test('the tenth of warnings that come one by one says where to find what follows', async () => {
    const { log } = createGithubHost(ENVIRONMENT)
    const output = await printed(() => {
      for (const { message, place } of many(12)) log.warning(message, place)
    })
    expect(ofLevel(output, 'warning').slice(8)).toEqual([
      '::warning file=a.go,line=9::m8',
      '::warning file=a.go,line=10::m9%0A… and what warnings follow is in the log',
    ])
    expect(output.split('\n').slice(10)).toEqual(['warning: a.go:11: m10', 'warning: a.go:12: m11', ''])
  })

  test.each<[name: string, file: string, shown: string]>([
    ['in the workspace', path.resolve('/runner/work/hello/p/a.go'), '::error file=p/a.go,line=3::x'],
    ['relative to it', path.join('p', 'a.go'), '::error file=p/a.go,line=3::x'],
    ['elsewhere', path.resolve('/go/mod/a.go'), '::error::x'],
  ])('a file %s', async (_, file, shown) => {
    const { log } = createGithubHost(ENVIRONMENT)
    const output = await printed(() => {
      log.error('x', { file, line: 3 })
    })
    expect(output.trim()).toBe(shown)
  })

  test('a workspace behind a link is its real folder, as go names it', () => {
    const real = temporaryFolder('workspace')
    const link = path.join(temporaryFolder('links'), 'link')
    symlinkSync(real, link, 'junction')
    const { folders } = createGithubHost({ ...ENVIRONMENT, GITHUB_WORKSPACE: link })
    expect(folders.workspace).toBe(real)
  })
})

test('an output that cannot be set names the file to look at', () => {
  const before = process.env['GITHUB_OUTPUT']
  process.env['GITHUB_OUTPUT'] = path.join(temporaryFolder('outputs'), 'gone')
  try {
    expect(() => {
      createGithubHost(ENVIRONMENT).setOutput('version', 'v1')
    }).toThrow(/^the output version cannot be set: .*; see GITHUB_OUTPUT$/)
  } finally {
    if (before === undefined) delete process.env['GITHUB_OUTPUT']
    else process.env['GITHUB_OUTPUT'] = before
  }
})

describe('the event', () => {
  const payload = (text: string) => {
    const file = path.join(temporaryFolder('event'), 'event.json')
    writeFileSync(file, text)
    return file
  }
  const UNKNOWN: RunEvent = {
    run: '.1',
    name: '',
    onDefaultBranch: false,
    mayHaveIdToken: false,
  }
  const MAIN = {
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_PATH: payload('{"repository":{"default_branch":"main"}}'),
  }

  test.each<[name: string, environment: NodeJS.ProcessEnv, event: RunEvent]>([
    ['nothing known', {}, UNKNOWN],
    ['a tag', { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.0.0' }, { ...UNKNOWN, tag: 'v1.0.0' }],
    ['a branch that is named as a tag', { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'v1.0.0' }, UNKNOWN],
    ['a tag without a name', { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: '' }, UNKNOWN],
    ['the default branch', MAIN, { ...UNKNOWN, branch: 'main', onDefaultBranch: true }],
    ['another branch', { ...MAIN, GITHUB_REF: 'refs/heads/next/one' }, { ...UNKNOWN, branch: 'next/one' }],
    ['a tag of its name', { ...MAIN, GITHUB_REF: 'refs/tags/main' }, UNKNOWN],
    [
      // Its payload has no repository.
      'a schedule',
      { GITHUB_EVENT_NAME: 'schedule', GITHUB_REF: 'refs/heads/main' },
      { ...UNKNOWN, name: 'schedule', branch: 'main', onDefaultBranch: true },
    ],
    [
      'a pull request',
      { ...MAIN, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/1/merge' },
      { ...UNKNOWN, name: 'pull_request' },
    ],
    ['an id-token', { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' }, { ...UNKNOWN, mayHaveIdToken: true }],
    ['an event without a repository', { GITHUB_EVENT_PATH: payload('{}') }, UNKNOWN],
    ['an empty event', { GITHUB_EVENT_PATH: payload('null') }, UNKNOWN],
    ['an event that is no JSON', { GITHUB_EVENT_PATH: payload('{') }, UNKNOWN],
    [
      'pull_request_target',
      { GITHUB_EVENT_NAME: 'pull_request_target' },
      {
        ...UNKNOWN,
        name: 'pull_request_target',
        untrusted: expect.stringContaining('pull_request_target') as string,
      },
    ],
    ['an event that is not there', { GITHUB_EVENT_PATH: path.join(TEMP, 'none.json') }, UNKNOWN],
  ])('%s', (_, environment, event) => {
    expect(createGithubHost({ ...ENVIRONMENT, ...environment }).event).toEqual(event)
  })

  test.each<[name: string, event: string, found: object | null, read: RunEvent['pullRequest']]>([
    ['read', 'pull_request', { number: 7, base: { ref: 'main' } }, { number: 7, base: 'main' }],
    ['none without a number', 'pull_request', { base: { ref: 'main' } }, undefined],
    ['none with a number in words', 'pull_request', { number: '7', base: { ref: 'main' } }, undefined],
    ['none without a branch', 'pull_request', { number: 7, base: {} }, undefined],
    ['none without a base', 'pull_request', { number: 7 }, undefined],
    ['none where there is nothing', 'pull_request', null, undefined],
    [
      'none of an event with the rights of the repository',
      'pull_request_target',
      { number: 7, base: { ref: 'main' } },
      undefined,
    ],
  ])('a pull request is %s', (_, name, found, read) => {
    const environment = {
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: payload(JSON.stringify({ pull_request: found })),
    }
    expect(createGithubHost({ ...ENVIRONMENT, ...environment }).event.pullRequest).toEqual(read)
  })

  const FROM_PULL_REQUEST = 'workflow_run follows a run that a pull request may have started'
  const FROM_ELSEWHERE = 'workflow_run follows a run of another repository'
  const [here, there] = ['owner/here', 'stranger/here'].map((full_name) => ({ full_name }))
  test.each<[name: string, payload: object, untrusted: string | undefined]>([
    ['after a push', { repository: here, workflow_run: { event: 'push', head_repository: here } }, undefined],
    [
      'after a pull request',
      { repository: here, workflow_run: { event: 'pull_request', head_repository: here } },
      FROM_PULL_REQUEST,
    ],
    [
      'after pull_request_target',
      { repository: here, workflow_run: { event: 'pull_request_target', head_repository: here } },
      FROM_PULL_REQUEST,
    ],
    [
      'after another workflow_run, of which it is not told what started it',
      { repository: here, workflow_run: { event: 'workflow_run', head_repository: here } },
      FROM_PULL_REQUEST,
    ],
    [
      'after a push elsewhere',
      { repository: here, workflow_run: { event: 'push', head_repository: there } },
      FROM_ELSEWHERE,
    ],
    ['from nowhere', { repository: here, workflow_run: { event: 'push' } }, FROM_ELSEWHERE],
    ['of nobody', { workflow_run: { event: 'push' } }, FROM_ELSEWHERE],
    ['of nothing', {}, FROM_PULL_REQUEST],
  ])('workflow_run %s', (_, content, untrusted) => {
    const environment = {
      GITHUB_EVENT_NAME: 'workflow_run',
      GITHUB_EVENT_PATH: payload(JSON.stringify(content)),
    }
    expect(createGithubHost({ ...ENVIRONMENT, ...environment }).event.untrusted).toBe(untrusted)
  })
})

test('an input is the variable that the runner makes of its name', () => {
  const environment = { ...ENVIRONMENT, 'INPUT_ARCHIVE-NAME': '{name}', INPUT_TAGS: ' a ' }
  const read = (name: string) => readRunnerInput(environment, name)
  expect(['archive-name', 'tags', 'matrix'].map(read)).toEqual(['{name}', ' a ', ''])
})

test.each(['RUNNER_TEMP', 'GITHUB_WORKSPACE'])('without %s the error names it', (name) => {
  for (const value of [undefined, '']) {
    expect(() => createGithubHost({ ...ENVIRONMENT, [name]: value })).toThrow(
      `the environment variable ${name} is not set`,
    )
  }
})

test('scratch, tools and files lie outside the checkout', () => {
  const { folders } = createGithubHost({ ...ENVIRONMENT, RUNNER_TOOL_CACHE: path.resolve('/runner/tools') })
  expect(folders).toEqual({
    workspace: ENVIRONMENT.GITHUB_WORKSPACE,
    work: path.join(TEMP, 'go-cross-release'),
    scratch: expect.stringContaining(path.join(TEMP, 'go-cross-release', 'run-')) as string,
    tools: path.join(path.resolve('/runner/tools'), 'go-cross-release'),
    output: path.join(TEMP, 'go-cross-release-files'),
  })
})

test('the services are there with the token of the job only', () => {
  const without = createGithubHost(ENVIRONMENT)
  expect([without.cache, without.artifacts]).toEqual([undefined, undefined])
  const host = createGithubHost({ ...ENVIRONMENT, ACTIONS_RUNTIME_TOKEN: 'x' })
  expect(host.cache).toBeDefined()
  expect(host.artifacts).toBeDefined()
})
