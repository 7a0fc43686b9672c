#!/usr/bin/env node
// The entry of the action and of the command.
import { start } from './start.js'

process.exitCode = await start(process.argv.slice(2))
