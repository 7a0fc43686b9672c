// expandPlaceholders and fileName: templates in, names out that are safe on every system, or an error naming the input.
import { InputError } from '../../../src/errors.js'
import { expandPlaceholders, fileName } from '../../../src/plan/names.js'

const VALUES = { name: 'age', version: 'v1.3.1', variant: '', odd: '{name}', $: 'dollar' }

describe('expandPlaceholders', () => {
  test.each([
    ['', ''],
    ['plain', 'plain'],
    ['{name}', 'age'],
    ['{name}_{version}{variant}', 'age_v1.3.1'],
    ['{name}{name}', 'ageage'],
    ["-s -w -X 'main.version={version}'", "-s -w -X 'main.version=v1.3.1'"],
    // What a placeholder stands for is text, and is not looked at again.
    ['{odd}', '{name}'],
    // No pattern of String.replace is obeyed.
    ['$&{name}$1', '$&age$1'],
    ['{$}', 'dollar'],
  ])('%j -> %j', (template, text) => {
    expect(expandPlaceholders('ldflags', template, VALUES)).toBe(text)
  })

  test.each([
    ['{verison}', '{verison}'],
    ['{Version}', '{Version}'],
    ['{}', '{}'],
    ['{{.Version}}', '{.Version}'],
    ['{version }', '{version }'],
    // Names of Object's own are no placeholders.
    ['{toString}', '{toString}'],
    ['{__proto__}', '{__proto__}'],
  ])('%j is refused for %s', (template, placeholder) => {
    const act = () => expandPlaceholders('archive-name', template, { name: 'age', version: 'v1' })
    expect(act).toThrow(InputError)
    expect(act).toThrow(`input archive-name: ${placeholder} is not a placeholder; there are {name} {version}`)
  })

  test.each(['{name', 'name}', '{name}}', '{{name}', '}{'])(
    '%j is refused for the brace left over',
    (template) => {
      const act = () => expandPlaceholders('archive-name', template, { name: 'age' })
      expect(act).toThrow(InputError)
      expect(act).toThrow(/that belongs to no placeholder/)
    },
  )
})

describe('fileName', () => {
  test.each([
    ['age_v1.3.1_linux_amd64.tar.gz', 'age_v1.3.1_linux_amd64.tar.gz'],
    ['v1.2.3+meta', 'v1.2.3_meta'],
    ['release/1.2', 'release_1.2'],
    ['a~b', 'a_b'],
    ['a..b', 'a..b'],
    ['a/b..c/..d', 'a_b..c_..d'],
    ['console', 'console'],
    ['com10', 'com10'],
  ])('%j -> %j', (text, name) => {
    expect(fileName('archive-name', text)).toBe(name)
  })

  test.each([
    ['empty', ''],
    ['the folder itself', '.'],
    ['its parent', '..'],
    ['a path up', '../age'],
    ['a path up, inside', 'a/../../b'],
    ['a path up at the end', 'age/..'],
    ['a path up, as Windows writes it', '..\\age'],
    ['mixed separators', 'a\\../b'],
    ['an absolute path', '/etc/passwd'],
    ['an absolute path of Windows', '\\\\server\\share'],
    ['a drive', 'C:age'],
    ['a flag', '-rf'],
    ['a hidden file', '.gitignore'],
    ['a space', 'a b'],
    ['letters that are not ASCII', 'größe'],
    ['what Windows takes for something else', 'a*b'],
    ['a line end', 'a\nb'],
    ['a line end at the end', 'age\n'],
    ['a NUL byte', 'a\0b'],
    ['what a shell obeys', 'a$(id)'],
    ['a command of the runner', '::set-output name=a::b'],
    ['what turns the text around', 'a\u202egpj.exe'],
  ])('%s is refused', (_, text) => {
    const act = () => fileName('archive-name', text)
    expect(act).toThrow(InputError)
    expect(act).toThrow(
      `input archive-name: ${JSON.stringify(text)} is not a name for a file in the output directory; a name begins with`,
    )
  })

  test.each(['nul', 'CON', 'aux.tar', 'COM1', 'lpt9.x'])('%s is a device of Windows', (text) => {
    expect(() => fileName('name', text)).toThrow(
      `input name: "${text}" is a device on Windows, and no name of a file there`,
    )
  })

  test('a name of any length is told on one short line', () => {
    const act = () => fileName('name', '\n'.repeat(1000))
    expect(act).toThrow(/^input name: the name "(\\n){40}"… has 1000 characters; at most 200 are allowed$/)
  })
})
