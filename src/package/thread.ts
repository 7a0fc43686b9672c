// The entry of a thread that packs archives.
import { parentPort } from 'node:worker_threads'
import { servePacking } from './pack.js'

if (parentPort) servePacking(parentPort)
