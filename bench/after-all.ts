// What jest would do after all tests of a file -> done when this process ends. To be imported before what asks jest for it.

function afterAll(clear: () => void): void {
  process.on('exit', clear)
}

Object.assign(globalThis, { afterAll })
