// Turns the text of the input matrix, a list or YAML or JSON, into the targets to build.
import { parseMatrixYaml } from './matrix-yaml.js'
import { parseTargetList } from './target-list.js'
import { parseTargetRows } from './target-rows.js'
import type { Platform, Target } from './target.js'
import { matrixError } from './wording.js'

/** An input comes in a variable of the environment, and Linux takes no longer one than 128 KiB. */
const MAX_CHARACTERS = 131_072

/**
 * The targets in the order given, those of a wildcard in the order of `platforms`, the rows of
 * `go tool dist list -json`. A row's own `cgo` wins over that of the options.
 *
 * @throws InputError at the first thing that is wrong, and where no target is left
 */
export function parseTargets(
  text: string,
  platforms: readonly Platform[],
  options: { readonly cgo: boolean },
): Target[] {
  if (text.length > MAX_CHARACTERS) {
    throw matrixError(`it has ${text.length} characters; at most ${MAX_CHARACTERS} are allowed`)
  }
  const matrix = readMatrix(text.replaceAll(/\r\n?/g, '\n'))
  const targets =
    typeof matrix === 'string'
      ? parseTargetList(matrix, platforms, options.cgo)
      : parseTargetRows(matrix, platforms, options.cgo)
  if (targets.length === 0) throw matrixError('no target is left to build; name one, such as linux/amd64')
  return targets
}

/** The text of a list, or the values of YAML. A list has no braces and no `key: `, and brackets only as JSON has them. */
function readMatrix(text: string): unknown {
  const plain = text.replaceAll(/#.*/g, '')
  if (!/\{|^\s*\[|:\s/.test(`${plain}\n`)) return text
  const value = parseMatrixYaml(text)
  const isListOfTexts =
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')
  return isListOfTexts ? value.join('\n') : value
}
