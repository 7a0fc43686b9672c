import js from '@eslint/js'
import tseslint from 'typescript-eslint'

const STAGES = [
  'build',
  'cache',
  'compare',
  'explain',
  'linkage',
  'output',
  'package',
  'plan',
  'provenance',
  'report',
  'publish',
  'reproduce',
  'sbom',
  'shards',
  'sign',
  'source',
  'tools',
  'upload',
]

/** Files that take values and return values. */
const PURE = [
  'build/action-graph',
  'build/budget',
  'build/command',
  'build/compile-errors',
  'build/cross-compilers',
  'build/killed',
  'cache-report',
  'cache/balance',
  'cache/key',
  'cache/policy',
  'cli',
  'compare/*',
  'contract',
  'explain/!(index|excluded|places)',
  'failures',
  'flags',
  'inputs',
  'go-module',
  'inside',
  'json-stream',
  'linkage/!(index|reader)',
  'module-trouble',
  'nearest',
  'package/blocks',
  'package-action',
  'plan/*',
  'printable',
  'provenance/!(index|toolchain)',
  'publish/request',
  'publish/trouble',
  'quoted',
  'report/!(progress|display)',
  'reproduce/reasons',
  'reproduce/sections',
  'sbom/!(index)',
  'shards/*',
  'sign/command',
  'sign/decide',
  'shell',
  'source/version',
].map((file) => `src/${file}.ts`)

const ACTIONS = { regex: '^@actions/', message: 'only src/host touches @actions/*' }
const PROCESS = {
  regex: '^(node:)?(child_process|process|os)$',
  message: 'only src/host touches the process',
}
const DISK = { regex: '^(node:)?fs', message: 'this file is pure: values in, values out' }
const UPWARD = {
  regex:
    '^\\.\\./(main|index|start|cli|build-targets|lane|planning|prepare|finish|release|reproduce|comparison|github-release|handover|dry-run|inspect|judgement|(plan|build|merge)-mode)\\.js$',
  message: 'dependencies point one way',
}
const HOST = { regex: '^\\.\\./host/(?!host\\.js$)', message: 'stages know the host by its interfaces' }
const DOOR = {
  regex: `^\\.{1,2}/(${STAGES.join('|')})/(?!index\\.js$)`,
  message: 'a stage is entered by its index.ts',
}
/** The plan is what main hands from stage to stage. */
const OTHERS = STAGES.filter((stage) => stage !== 'plan')
const OTHER_STAGE = { regex: `^\\.\\./(${OTHERS.join('|')})/`, message: 'stages do not import one another' }

/** One list for each set of files: a later list replaces an earlier one, it does not add to it. */
const imports = (files, ...patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'examples/', 'coverage/', 'release/', 'bench/.build/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, ignoreUsingDeclarations: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  imports(['src/*.ts'], ACTIONS, PROCESS, DOOR),
  ...STAGES.map((stage) => imports([`src/${stage}/**`], ACTIONS, PROCESS, UPWARD, HOST, DOOR, OTHER_STAGE)),
  imports(PURE, ACTIONS, PROCESS, UPWARD, HOST, DOOR, OTHER_STAGE, DISK),
  {
    files: ['src/**'],
    ignores: ['src/host/**', 'src/index.ts'],
    rules: { 'no-restricted-globals': ['error', 'process'] },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
)
