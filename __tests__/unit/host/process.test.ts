// createProcesses with real children: how they end, what they inherit, and how they are stopped.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { ToolError } from '../../../src/errors.js'
import { createProcesses } from '../../../src/host/process.js'
import { temporaryFolder } from '../../support/temporary.js'

const NODE = process.execPath
/** Only what Node itself needs to start. */
const ENVIRONMENT = { PATH: process.env['PATH'], SYSTEMROOT: process.env['SYSTEMROOT'] }
const processes = createProcesses(ENVIRONMENT)
const node = (script: string, ...args: string[]) => [NODE, '-e', script, '--', ...args]
const posix = process.platform !== 'win32'

/** The ToolError that `promise` rejects with. */
async function toolError(promise: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ToolError)) throw new Error(`expected a ToolError, got ${String(error)}`)
  return error
}

describe('run', () => {
  test.each([0, 1, 3])('exit code %i is a result', async (code) => {
    const command = node(
      `process.stdout.write('out'); process.stderr.write('err'); process.exitCode = ${code}`,
    )
    expect(await processes.run(command)).toEqual({
      command,
      exitCode: code,
      signal: undefined,
      stdout: 'out',
      stderr: 'err',
      seconds: expect.any(Number) as number,
    })
  })

  test('arguments arrive as they are, since there is no shell', async () => {
    const args = ['a b', '$HOME', '"', "'", '*', ';exit', '', 'ü', '%PATH%', '\\']
    const { stdout } = await processes.run(
      node('console.log(JSON.stringify(process.argv.slice(1)))', ...args),
    )
    expect(JSON.parse(stdout)).toEqual(args)
  })

  test('the child runs in cwd', async () => {
    const cwd = temporaryFolder('cwd')
    const { stdout } = await processes.run(node('process.stdout.write(process.cwd())'), { cwd })
    expect(stdout).toBe(cwd)
  })

  test('there is nothing to read from standard input', async () => {
    const script = "process.stdin.on('data', () => {}).on('end', () => console.log('ended'))"
    expect((await processes.run(node(script))).stdout).toBe('ended\n')
  })

  test('long output is kept whole, and characters that two chunks share', async () => {
    const script = "process.stdout.write('ü€'.repeat(300_000))"
    expect((await processes.run(node(script))).stdout).toBe('ü€'.repeat(300_000))
  })

  test('a program that is not there is a ToolError that names it', async () => {
    const error = await toolError(processes.run(['no-such-program', 'argument']))
    expect(error.message).toMatch(/^cannot start no-such-program: .*ENOENT/)
    expect(error.exitCode).toBeUndefined()
  })
})

describe('runChecked', () => {
  test('exit code 0 is a result', async () => {
    expect(await processes.runChecked(node("console.log('fine')"))).toMatchObject({
      exitCode: 0,
      stdout: 'fine\n',
    })
  })

  test('another one is a ToolError with the command, the exit code and stderr', async () => {
    const script = "console.log('some output'); console.error('  what is wrong  '); process.exit(7)"
    const error = await toolError(processes.runChecked(node(script, 'an argument')))
    expect(error.exitCode).toBe(7)
    expect(error.stderr).toBe('what is wrong')
    expect(error.message).toBe(`${node(script, 'an argument').join(' ')}: exit code 7\nwhat is wrong`)
  })

  test('where stderr is empty, the end of stdout is shown', async () => {
    const error = await toolError(
      processes.runChecked(node("console.log('told on stdout'); process.exit(1)")),
    )
    expect(error.message).toMatch(/: exit code 1\ntold on stdout$/)
  })

  test('of a long stderr the end is shown', async () => {
    const script = "console.error('first ' + '.'.repeat(1_000_000) + ' last'); process.exitCode = 1"
    const error = await toolError(processes.runChecked(node(script)))
    expect(error.stderr).toMatch(/^\.+ last$/)
    expect(error.stderr.length).toBeLessThan(100_000)
  })

  test('a program that is not there is a ToolError', async () => {
    expect((await toolError(processes.runChecked(['no-such-program']))).message).toContain('no-such-program')
  })
})

describe('the environment of a child', () => {
  const environmentOf = async (own: NodeJS.ProcessEnv, env: NodeJS.ProcessEnv = {}) => {
    const child = createProcesses({ ...ENVIRONMENT, ...own })
    const { stdout } = await child.run(node('console.log(JSON.stringify(process.env))'), { env })
    return JSON.parse(stdout) as Record<string, string>
  }

  test('holds no inputs, no credentials of the runner and no secrets of cosign', async () => {
    const names = [
      'INPUT_COSIGN-PASSWORD',
      'INPUT_MATRIX',
      'ACTIONS_RUNTIME_TOKEN',
      'ACTIONS_RESULTS_URL',
      'ACTIONS_CACHE_URL',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
      'ACTIONS_ID_TOKEN_REQUEST_URL',
      'COSIGN_PASSWORD',
      'COSIGN_PRIVATE_KEY',
      'GITHUB_TOKEN',
      'GH_TOKEN',
      'NPM_TOKEN',
      'DATABASE_PASSWORD',
      'STRIPE_API_KEY',
      'AWS_SECRET_ACCESS_KEY',
      'VAULT_ADDR',
      'GITHUB_ENV',
      'GITHUB_STEP_SUMMARY',
      // Names are compared without case on Windows.
      'input_name',
      'Github_Token',
      'actions_runtime_token',
    ]
    const environment = await environmentOf(Object.fromEntries(names.map((name) => [name, 'secret'])))
    expect(Object.values(environment)).not.toContain('secret')
    for (const name of names) expect(Object.keys(environment)).not.toContain(name)
  })

  test('holds no named secret, however its name is written', async () => {
    const child = createProcesses({ ...ENVIRONMENT, My_Key: 'held back' }, ['MY_KEY'])
    const { stdout } = await child.run(node('console.log(JSON.stringify(process.env))'))
    expect(stdout).not.toContain('held back')
  })

  test('holds everything else', async () => {
    const own = {
      GOFLAGS: '-mod=mod',
      GOPRIVATE: 'example.com',
      GITHUB_WORKSPACE: '/w',
      TOKEN_FILE: 'k',
      MY_INPUT_FILE: 'f',
      INPUTRC: 'i',
    }
    expect(await environmentOf(own)).toMatchObject(own)
  })

  test('env is laid over it, and may bring what is not inherited', async () => {
    const own = { A: '1', B: '2', COSIGN_PASSWORD: 'inherited' }
    const environment = await environmentOf(own, { A: 'x', B: undefined, COSIGN_PASSWORD: '' })
    expect(environment).toMatchObject({ A: 'x', COSIGN_PASSWORD: '' })
    expect(Object.keys(environment)).not.toContain('B')
  })

  test('does not follow what is changed for this process later', async () => {
    const own: NodeJS.ProcessEnv = { ...ENVIRONMENT, A: 'then' }
    const child = createProcesses(own)
    own['A'] = 'now'
    expect((await child.run(node('process.stdout.write(process.env.A)'))).stdout).toBe('then')
  })
})

describe('find', () => {
  test('a program on PATH, by its absolute path', async () => {
    const found = await processes.find('node')
    expect(found === undefined ? '' : path.isAbsolute(found) && existsSync(found)).toBe(true)
  })

  test('undefined where there is none', async () => {
    expect(await processes.find('no-such-program')).toBeUndefined()
  })
})

const WAIT = 'setInterval(() => {}, 1000)'

describe('stopAll', () => {
  /** Not a time that is asserted: what is to come would have come in the turn of the children's end. */
  const isStillWaiting = async (running: Promise<unknown>) => {
    const waiting = Symbol('waiting')
    const turn = new Promise((resolve) => setTimeout(resolve, 50, waiting))
    return (await Promise.race([running, turn])) === waiting
  }

  test('ends every child that runs, and whoever waits for one goes no further', async () => {
    const own = createProcesses(ENVIRONMENT)
    const running = [own.run(node(WAIT)), own.runChecked(node(WAIT))]
    await own.stopAll()
    for (const each of running) expect(await isStillWaiting(each)).toBe(true)
  })

  test('has nothing to do where none runs', async () => {
    const own = createProcesses(ENVIRONMENT)
    await own.run(node(''))
    await expect(own.stopAll()).resolves.toBeUndefined()
  })

  test('nothing is started any more: a lane would go on to its next target', async () => {
    const own = createProcesses(ENVIRONMENT)
    await own.stopAll()
    expect(await isStillWaiting(own.run(node('')))).toBe(true)
    expect(await isStillWaiting(own.runChecked(['/no/such/program']))).toBe(true)
  })

  // Windows knows neither signals nor process groups.
  if (posix) {
    test('ends the children of a child too: they hold its output open', async () => {
      const ready = path.join(temporaryFolder('stop'), 'ready')
      const script = `
        const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(WAIT)}], { stdio: 'inherit' })
        child.on('spawn', () => require('node:fs').writeFileSync(process.argv[1], ''))
      `
      const own = createProcesses(ENVIRONMENT)
      void own.run(node(script, ready))
      while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 10))
      await expect(own.stopAll()).resolves.toBeUndefined()
    })
  }
})

if (posix) {
  test('a child that a signal ends has the signal for an exit code', async () => {
    const command = node("process.kill(process.pid, 'SIGKILL')")
    expect(await processes.run(command)).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' })
    const error = await toolError(processes.runChecked(command))
    expect(error.message).toMatch(/: signal SIGKILL$/)
    expect(error.exitCode).toBeUndefined()
  })
}
