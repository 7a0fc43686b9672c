// What jest's tests use to run the action -> the same for the programs of this folder, which jest does not run.

import './after-all.js'

export { runAction, type ActionRun } from '../__tests__/support/action-runner.js'
export { goEnvironment } from '../__tests__/support/go-environment.js'
export { createKeyPair } from '../__tests__/support/key-pair.js'
export {
  ageModule,
  commitAll,
  copyModule,
  git,
  temporaryModule,
  writeFiles,
} from '../__tests__/support/modules.js'
export { startResultsService, type ResultsService } from '../__tests__/support/results-service.js'
export { temporaryFolder } from '../__tests__/support/temporary.js'
export { tools, toolsFolder } from '../__tests__/support/test-tools.js'
