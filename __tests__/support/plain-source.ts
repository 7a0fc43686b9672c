// src into a folder of JavaScript that plain Node runs, for tests that need parts of it in several processes at once.

import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { actionFolder } from './action-runner.js'

/** @returns the folder's path; in it, `src/` holds every file of the action's own, and `node_modules` is there */
export function writePlainSource(folder: string): string {
  const source = join(actionFolder, 'src')
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue
    const { outputText } = ts.transpileModule(readFileSync(join(source, name), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    })
    const to = join(folder, 'src', name.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(to, outputText)
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  symlinkSync(join(actionFolder, 'node_modules'), join(folder, 'node_modules'), 'junction')
  return folder
}
