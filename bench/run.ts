// `npm run bench [-- NAME…]`: programs of this folder, or all but the fuzzer -> their figures, and exit code 1 where a bar is missed.

const ALL = ['linkage-signature', 'linkage-speed', 'linkage-agreement']

const named = process.argv.slice(2)
for (const name of named.length === 0 ? ALL : named) {
  if (!ALL.includes(name)) throw new Error(`there is no ${name}; there are ${ALL.join(', ')}`)
  await import(`./${name}.js`)
}
