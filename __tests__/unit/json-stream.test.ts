// parseJsonStream: objects one after another, as go prints them.
import { parseJsonStream } from '../../src/json-stream.js'

test('objects one after another, whatever ends their lines', () => {
  const text = '{\n\t"ImportPath": "a"\n}\n{\n\t"ImportPath": "b",\n\t"Imports": [\n\t\t"a"\n\t]\n}\n'
  expect(parseJsonStream(text)).toEqual([{ ImportPath: 'a' }, { ImportPath: 'b', Imports: ['a'] }])
  expect(parseJsonStream(text.replaceAll('\n', '\r\n'))).toHaveLength(2)
  expect(parseJsonStream('')).toEqual([])
})
