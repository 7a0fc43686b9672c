// A module's version into a program, built by Go and vouched for by its checksum database.
import { ActionError } from '../errors.js'
import type { Host } from '../host/host.js'
import type { Tool } from './pins.js'

/**
 * @param gosumdb Go's own setting
 * @param folder where the program is put
 */
export async function goInstall(
  host: Host,
  { name, goInstall: source }: Tool,
  gosumdb: string,
  folder: string,
): Promise<void> {
  if (gosumdb === 'off') throw new ActionError('nothing would check it while GOSUMDB=off')
  host.log.info(`${name}: go install ${source.module}@v${source.version} (some minutes, the first time)`)
  const command = [
    'go',
    'install',
    '-trimpath',
    `-ldflags=${source.ldflags}`,
    `${source.module}@v${source.version}`,
  ]
  await host.processes.runChecked(command, {
    cwd: folder,
    env: {
      GOBIN: folder,
      CGO_ENABLED: '0',
      GOOS: '',
      GOARCH: '',
      GOWORK: 'off',
      // Go takes an empty variable for an unset one and would look into the user's settings; these have no effect.
      GOFLAGS: '-trimpath',
      GONOSUMDB: 'none',
    },
  })
}
