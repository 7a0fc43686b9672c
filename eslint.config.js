import js from '@eslint/js'
import tseslint from 'typescript-eslint'

const stages = ['cache', 'build', 'linkage', 'package', 'sbom', 'sign', 'upload', 'report', 'tools', 'source']
const pure = [
  'src/cache/key.ts',
  'src/**/command.ts',
  'src/plan/**',
  'src/linkage/policy.ts',
  'src/linkage/verdict.ts',
]
const world = [
  { regex: '^@actions/', message: 'only src/host touches @actions/*' },
  { regex: '^(node:)?(child_process|process|os)$', message: 'only src/host touches the process' },
]

/** A stage never imports another stage: main hands values on. */
const stageRule = (stage) => ({
  files: [`src/${stage}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...world,
          {
            regex: `^\\.\\./(?!${stage}/)(${stages.join('|')})/`,
            message: 'stages do not import one another',
          },
          { regex: '^\\.\\./host/(?!host\\.js$)', message: 'stages know the host by its interfaces' },
          { regex: '^\\.\\./(main|index|cli)\\.js$', message: 'dependencies point one way' },
        ],
      },
    ],
  },
})

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'examples/', 'coverage/', 'release/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/host/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: world }] },
  },
  ...stages.map(stageRule),
  {
    files: pure,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [...world, { regex: '^(node:)?fs', message: 'this file is pure: values in, values out' }],
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
)
