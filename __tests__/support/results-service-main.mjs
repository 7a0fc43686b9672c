// Serves the fake results service in a process of its own, on Node 24 (which runs TypeScript): prints one line of JSON with its
// url and environment, and serves until standard input ends.

import { registerHooks } from 'node:module'

/** The sources name their imports as the compiled files would be named. */
registerHooks({
  resolve(specifier, context, next) {
    const isSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts')
    return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context)
  },
})

const { startResultsService } = await import('./results-service.ts')
const service = await startResultsService()
console.log(JSON.stringify({ url: service.url, environment: service.environment }))
process.stdin.resume().on('end', () => service.stop())
