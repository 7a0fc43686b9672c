// defaultName: a module path in, the project's name in file names out.
import { defaultName } from '../../../src/source/index.js'

test.each([
  ['filippo.io/age', 'age'],
  ['example.com/a/b/c', 'c'],
  ['frobnicate', 'frobnicate'],
  ['example.com/tool/v2', 'tool'],
  ['example.com/tool/v9', 'tool'],
  ['github.com/google/go-github/v17', 'go-github'],
  ['example.com/tool/v10', 'tool'],
  ['example.com/tool/v20', 'tool'],
  ['example.com/tool/v100', 'tool'],
  // No major version suffixes of Go: https://go.dev/ref/mod#major-version-suffixes
  ['example.com/tool/v1', 'v1'],
  ['example.com/tool/v0', 'v0'],
  ['example.com/tool/v02', 'v02'],
  ['example.com/tool.v2', 'tool.v2'],
  ['gopkg.in/yaml.v3', 'yaml'],
  ['gopkg.in/user/tool.v1', 'tool'],
  ['gopkg.in/tool.v0', 'tool'],
])('%s -> %s', (modulePath, name) => {
  expect(defaultName(modulePath)).toBe(name)
})
